/**
 * The native window begins with a small page that knows the token (app/window_bootstrap.html). A page in the window
 * that lost its token goes back there by itself; a page in a browser has no such way.
 */
interface Host {
  webkit?: { messageHandlers?: Record<string, unknown> };
  chrome?: { webview?: unknown };
}

const LAST = 'projectlogs.bootstrap';
const PAUSE = 10_000;

/** The address of that page; undefined outside the window. */
export function bootstrapAddress(host: Host, place: string): string | undefined {
  const to = `?to=${encodeURIComponent(place)}`;
  if (host.webkit?.messageHandlers?.['external']) return `wails://wails/${to}`;
  if (host.chrome?.webview) return `http://wails.localhost/${to}`;
  return undefined;
}

/** Goes there, but not twice in ten seconds: a token that is refused again would lead round in circles. */
export function returnToBootstrap(): void {
  const address = bootstrapAddress(window as unknown as Host, location.pathname + location.search);
  const last = Number(sessionStorage.getItem(LAST) ?? 0);
  if (!address || Date.now() - last < PAUSE) return;
  sessionStorage.setItem(LAST, String(Date.now()));
  location.replace(address);
}
