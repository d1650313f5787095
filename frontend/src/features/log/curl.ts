import type { Log } from '../../lib/types';
import { toBase64 } from './hex';

/**
 * A log as a command that makes the same call again. What stands in a log was written by strangers, and the command is
 * pasted into a terminal: every word is quoted for a POSIX shell, nothing in it can be read as an option or a file by
 * curl, and no control character reaches the terminal.
 */
export function curlCommand(log: Log, body: Uint8Array): string {
  const method = log.method || 'GET';
  const headers = headerLines(log);
  const lines = ['curl --globoff'];
  if (method === 'HEAD') lines.push('--head');
  else if (method !== (body.length > 0 ? 'POST' : 'GET')) lines.push(`--request ${quote(plain(method))}`);
  lines.push(`--url ${quote(addressOf(log))}`);
  if (header(log, 'accept-encoding') !== undefined) lines.push('--compressed');
  for (const line of headers) lines.push(`--header ${quote(line)}`);
  if (body.length === 0) return lines.join(' \\\n  ');
  // Without this, curl would call the body a form.
  if (header(log, 'content-type') === undefined) lines.push(`--header 'Content-Type:'`);
  const text = printable(body);
  if (text !== undefined) {
    lines.push(`--data-raw ${quote(text)}`);
    return lines.join(' \\\n  ');
  }
  // Bytes that a terminal or the length of one argument would not stand.
  lines.push('--data-binary @-');
  const coded = toBase64(body).replace(/.{76}/g, '$&\n');
  return `base64 -d <<'END_OF_BODY' | ${lines.join(' \\\n  ')}\n${coded}\nEND_OF_BODY`;
}

/** One word of a POSIX shell. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Linux takes no longer argument than 128 KiB. */
const LONGEST = 100_000;

function printable(body: Uint8Array): string | undefined {
  if (body.length > LONGEST) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
    return control.test(text.replace(/[\n\t]/g, '')) ? undefined : text;
  } catch {
    return undefined;
  }
}

// eslint-disable-next-line no-control-regex -- they are what must not get through
const control = /[\u0000-\u001f\u007f-\u009f]/;
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f-\u009f]+/g;

function plain(text: string): string {
  return text.replace(controls, ' ');
}

function header(log: Log, name: string): string | undefined {
  return log.request?.headers?.[name]?.[0];
}

/** What curl or the connection says by itself. */
const own = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function headerLines(log: Log): string[] {
  const host = hostOf(addressOf(log));
  const lines: string[] = [];
  for (const [name, values] of Object.entries(log.request?.headers ?? {})) {
    // A name with other letters is none; `@file` would be read as a file.
    if (!token.test(name) || own.has(name.toLowerCase())) continue;
    for (const value of values) {
      if (name.toLowerCase() === 'host' && value === host) continue;
      lines.push(value.trim() === '' ? `${name};` : `${name}: ${plain(value)}`);
    }
  }
  return lines;
}

function hostOf(address: string): string {
  try {
    return new URL(address).host;
  } catch {
    return '';
  }
}

// eslint-disable-next-line no-control-regex
const notInURL = /[\s\u0000-\u001f\u007f-\u009f]/g;

/** The address of the call: only http and https, so that no other scheme is tried. */
function addressOf(log: Log): string {
  const url = log.url ?? '';
  if (/^https?:\/\//i.test(url)) return url.replace(notInURL, encodeURIComponent);
  const host = (header(log, 'host') ?? 'HOST').replace(/[^\w.:[\]-]/g, '');
  const rest = (url.startsWith('/') ? url : (log.path ?? '/')).replace(notInURL, encodeURIComponent);
  return `https://${host || 'HOST'}${rest.startsWith('/') ? '' : '/'}${rest}`;
}
