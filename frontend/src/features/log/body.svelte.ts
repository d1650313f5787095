import { isAbort, send, sentence } from '../../lib/api';
import type { HttpMessage } from '../../lib/types';
import { fromBase64 } from './hex';

/** Bytes that one question for more of a body brings. */
const WINDOW = 16 * 1024 * 1024;

/** Bodies up to this are read to their end without being asked. */
const AT_ONCE = 4 * 1024 * 1024;

/**
 * A body as far as it is here. The answer with the whole log has at most its first MiB; the rest is read in windows,
 * so that the page stays quick, and stops when another log is opened.
 */
export class Body {
  text = $state.raw('');
  /** The bytes of a body that is no text. */
  bytes = $state.raw<Uint8Array>();
  loaded = $state(0);
  /** The bytes that are stored; an estimate until the end was seen. */
  stored = $state(0);
  complete = $state(true);
  loading = $state(false);
  error = $state('');
  /** What the call had, which may be more than was kept. */
  readonly size: number;
  readonly #url: string;
  readonly #stop = new AbortController();
  #decoder = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(message: HttpMessage | undefined) {
    this.size = message?.size ?? 0;
    this.#url = message?.body_url ?? '';
    if (message?.body_encoding === 'base64') {
      this.bytes = fromBase64(message.body ?? '');
      this.loaded = this.bytes.length;
    } else {
      this.text = message?.body ?? '';
      this.loaded = new TextEncoder().encode(this.text).length;
    }
    this.stored = this.loaded;
    if (this.#url) {
      this.complete = false;
      this.stored = Math.max(this.size, this.loaded);
      if (this.stored <= AT_ONCE) void this.loadAll();
    }
  }

  get empty(): boolean {
    return this.loaded === 0;
  }

  /** Bytes of the call's body that were not kept. */
  get lost(): number {
    return this.complete && this.loaded > 0 ? Math.max(0, this.size - this.loaded) : 0;
  }

  /** Reads what is not here yet. Ends early when `close` is called. */
  async loadAll(): Promise<void> {
    if (this.complete || this.loading) return;
    this.loading = true;
    this.error = '';
    const texts: string[] = [this.text];
    const parts: Uint8Array[] = this.bytes ? [this.bytes] : [];
    let at = this.loaded;
    try {
      for (;;) {
        const answer = await send('GET', this.#url, {
          params: { offset: at, length: WINDOW },
          signal: this.#stop.signal,
        });
        const stored = Number(answer.headers.get('X-Body-Size'));
        if (stored > 0) this.stored = stored;
        const part = new Uint8Array(await answer.arrayBuffer());
        at += part.length;
        if (this.bytes) parts.push(part);
        else texts.push(this.#decoder.decode(part, { stream: part.length === WINDOW }));
        this.loaded = at;
        if (part.length < WINDOW) break;
      }
      this.stored = at;
      this.complete = true;
      if (this.bytes) this.bytes = joined(parts, at);
      else this.text = texts.join('');
    } catch (err) {
      if (isAbort(err)) return;
      this.error = sentence(err);
      // What was read is dropped: the next try begins where the shown part ends.
      this.loaded = this.bytes?.length ?? new TextEncoder().encode(this.text).length;
      this.#decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    } finally {
      this.loading = false;
    }
  }

  close(): void {
    this.#stop.abort();
  }

  /** All bytes that are here. */
  raw(): Uint8Array {
    return this.bytes ?? new TextEncoder().encode(this.text);
  }
}

function joined(parts: Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
