/**
 * The session's token. It comes in the fragment of the address (`#t=TOKEN`), which never leaves the browser; it is
 * kept for this tab and taken out of the address, so that a copied link never carries it. This happens when the
 * module is first imported, before anything asks the server.
 */
const KEY = 'projectlogs.token';

function take(): boolean {
  const match = /^#t=([^&]+)/.exec(location.hash);
  if (!match?.[1]) return false;
  sessionStorage.setItem(KEY, decodeURIComponent(match[1]));
  history.replaceState(history.state, '', location.pathname + location.search);
  return true;
}

take();
// A page that is open already and is given another link of `projectlogs open` begins anew with its token.
addEventListener('hashchange', () => {
  if (take()) location.reload();
});

export function token(): string {
  return sessionStorage.getItem(KEY) ?? '';
}
