import type { HttpMessage } from '../../lib/types';
import { documents, type JsonNode } from './json';

/** How a body can be looked at; the first one is shown at first. */
export type BodyView = 'tree' | 'table' | 'pretty' | 'raw' | 'hex';
export type BodyKind = 'none' | 'json' | 'form' | 'html' | 'xml' | 'text' | 'binary';

export interface BodyShape {
  kind: BodyKind;
  views: BodyView[];
  /** The documents of a JSON body. */
  roots?: JsonNode[] | undefined;
}

/** Larger texts are not laid out anew: it would double them. */
const PRETTY_LIMIT = 16_000_000;

/** The media type of a message, without parameters, in lower case. */
export function mediaType(message: HttpMessage | undefined): string {
  return (message?.headers?.['content-type']?.[0] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** What a body is, by its content first and by what its header claims second. */
export function shapeOf(text: string, type: string, cut: boolean): BodyShape {
  if (text === '') return { kind: 'none', views: [] };
  const roots = documents(text, cut);
  if (roots) {
    return {
      kind: 'json',
      views: text.length > PRETTY_LIMIT ? ['tree', 'raw'] : ['tree', 'pretty', 'raw'],
      roots,
    };
  }
  if (type === 'application/x-www-form-urlencoded' || (type === '' && looksLikeForm(text))) {
    return { kind: 'form', views: ['table', 'raw'] };
  }
  if (type.includes('html')) return { kind: 'html', views: ['raw'] };
  if (type.includes('xml') || /^\s*<\?xml/.test(text)) return { kind: 'xml', views: ['raw'] };
  return { kind: 'text', views: ['raw'] };
}

function looksLikeForm(text: string): boolean {
  return text.length < 100_000 && /^[\w.[\]%+-]+=[^\s&=]*(?:&[\w.[\]%+-]+=[^\s&=]*)*$/.test(text);
}

/** The pairs of a form, in order, read as browsers write them. Odd escapes are kept as they stand. */
export function formPairs(text: string): { name: string; value: string }[] {
  return text
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      return {
        name: unescapeForm(at < 0 ? part : part.slice(0, at)),
        value: at < 0 ? '' : unescapeForm(part.slice(at + 1)),
      };
    });
}

function unescapeForm(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
