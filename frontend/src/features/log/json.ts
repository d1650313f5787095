/**
 * JSON text read in place. Nothing is parsed into objects: a node is where a value stands in the text, and the
 * children of a node are looked for when it is opened. So a body of 50 MB opens at once, numbers keep all their
 * digits, keys their order, and a body that was cut can be read up to the cut.
 */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'literal' | 'group';

export interface JsonNode {
  kind: JsonKind;
  /** The key in an object, the place in a list; undefined for a document of its own. */
  key: string | number | undefined;
  /** Where the value begins and ends in the text. */
  start: number;
  end: number;
  /** The text ends, or is no JSON any more, inside this value. */
  broken: boolean;
  /** Children of a long list stand in groups: which ones are in this one. */
  first?: number;
  count?: number;
  /** What a group is a part of. */
  of?: 'object' | 'array';
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Children up to this number stand side by side; more are put into groups. */
const GROUP = 1000;

const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

function blank(text: string, at: number): number {
  for (;;) {
    const c = text.charCodeAt(at);
    if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return at;
    at++;
  }
}

/** The place behind the string that begins at `at`, −1 when it does not end. */
function stringEnd(text: string, at: number): number {
  if (text.charCodeAt(at) !== QUOTE) return -1;
  for (let i = at + 1; ; i++) {
    i = text.indexOf('"', i);
    if (i < 0) return -1;
    let slashes = 0;
    while (text.charCodeAt(i - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return i + 1;
  }
}

/** The place behind a key and its colon, −1 when there is none. */
function keyEnd(text: string, at: number): number {
  const end = stringEnd(text, at);
  if (end < 0) return -1;
  const colon = blank(text, end);
  return text.charCodeAt(colon) === COLON ? colon + 1 : -1;
}

/** Where the large values of the last large text end: each is gone over once, however often its parents are opened. */
const known = { text: '', ends: new Map<number, number>() };
const LARGE = 100_000;

function remember(text: string, start: number, end: number): void {
  if (text !== known.text) {
    known.text = text;
    known.ends.clear();
  }
  known.ends.set(start, end);
}

/** The place behind the value that begins at `at`, −1 when it is cut or no JSON. Depth costs no stack. */
export function valueEnd(text: string, at: number): number {
  const ends = text === known.text ? known.ends : undefined;
  const open: number[] = [];
  const starts: number[] = [];
  let i = at;
  for (;;) {
    i = blank(text, i);
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      i = stringEnd(text, i);
    } else if (c === OPEN_OBJECT || c === OPEN_LIST) {
      const end = ends?.get(i);
      const inside = blank(text, i + 1);
      if (end !== undefined) i = end;
      else if (text.charCodeAt(inside) === (c === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST)) i = inside + 1;
      else {
        open.push(c);
        starts.push(i);
        i = c === OPEN_OBJECT ? keyEnd(text, inside) : inside;
        if (i < 0) return -1;
        continue;
      }
    } else {
      scalar.lastIndex = i;
      i = scalar.test(text) ? scalar.lastIndex : -1;
    }
    if (i < 0) return -1;
    // A value ended; close what closes with it.
    for (;;) {
      const top = open.at(-1);
      if (top === undefined) return i;
      i = blank(text, i);
      const next = text.charCodeAt(i);
      if (next === COMMA) {
        i = top === OPEN_OBJECT ? keyEnd(text, blank(text, i + 1)) : i + 1;
        if (i < 0) return -1;
        break;
      }
      if (next !== (top === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_LIST)) return -1;
      open.pop();
      i++;
      const start = starts.pop() ?? at;
      if (i - start > LARGE) remember(text, start, i);
    }
  }
}

function kindAt(text: string, at: number): JsonKind {
  const c = text.charCodeAt(at);
  if (c === OPEN_OBJECT) return 'object';
  if (c === OPEN_LIST) return 'array';
  if (c === QUOTE) return 'string';
  return c === 45 || (c >= 48 && c <= 57) ? 'number' : 'literal';
}

/** A string of the text without its quotes and escapes. One that is cut or odd is given as it stands. */
export function unquote(text: string, start: number, end: number): string {
  const quoted = text.slice(start, end);
  const inside = quoted.slice(1, quoted.length > 1 && quoted.endsWith('"') ? -1 : undefined);
  if (!quoted.includes('\\')) return inside;
  try {
    // eslint-disable-next-line no-control-regex -- JSON.parse is stricter than those who write logs
    return JSON.parse(quoted.replace(/[\u0000-\u001f]/g, (c) => JSON.stringify(c).slice(1, -1))) as string;
  } catch {
    return inside;
  }
}

/** The documents of a text: one as a rule, several in NDJSON. Undefined when it is no JSON at all. */
export function documents(text: string, cut: boolean): JsonNode[] | undefined {
  const found: JsonNode[] = [];
  let i = blank(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  while (i < text.length) {
    const kind = kindAt(text, i);
    if (kind !== 'object' && kind !== 'array') return undefined;
    const end = valueEnd(text, i);
    if (end < 0 && !cut) return undefined;
    const broken = end < 0;
    found.push({ kind, key: undefined, start: i, end: broken ? text.length : end, broken });
    if (broken) break;
    i = blank(text, end);
  }
  return found.length > 0 ? found : undefined;
}

/** Goes over the items of an object or a list from `at` on, as far as `visit` says true. */
function each(
  text: string,
  of: 'object' | 'array',
  at: number,
  first: number,
  visit: (node: JsonNode, itemStart: number) => boolean,
): void {
  const close = of === 'object' ? CLOSE_OBJECT : CLOSE_LIST;
  let i = blank(text, at);
  for (let index = first; i < text.length && text.charCodeAt(i) !== close; index++) {
    const itemStart = i;
    let key: string | number = index;
    if (of === 'object') {
      const end = keyEnd(text, i);
      if (end < 0) {
        visit({ kind: 'literal', key: undefined, start: i, end: text.length, broken: true }, itemStart);
        return;
      }
      key = unquote(text, i, stringEnd(text, i));
      i = blank(text, end);
    }
    const end = valueEnd(text, i);
    const broken = end < 0;
    const node = { kind: kindAt(text, i), key, start: i, end: broken ? text.length : end, broken };
    if (!visit(node, itemStart) || broken) return;
    i = blank(text, end);
    if (text.charCodeAt(i) === COMMA) i = blank(text, i + 1);
  }
}

/** The children of a node, in groups where they are many. */
export function children(text: string, node: JsonNode): JsonNode[] {
  if (node.kind !== 'object' && node.kind !== 'array' && node.kind !== 'group') return [];
  const of = node.kind === 'group' ? (node.of ?? 'array') : node.kind;
  const most = node.count ?? Infinity;
  const first = node.first ?? 0;
  const all: JsonNode[] = [];
  const starts: number[] = [];
  let seen = 0;
  each(text, of, node.kind === 'group' ? node.start : node.start + 1, first, (child, itemStart) => {
    starts.push(itemStart);
    if (seen < GROUP) all.push(child);
    return ++seen < most;
  });
  if (seen <= GROUP) return all;
  let size = GROUP;
  while (seen / size > GROUP) size *= GROUP;
  const groups: JsonNode[] = [];
  for (let i = 0; i < seen; i += size) {
    groups.push({
      kind: 'group',
      of,
      key: undefined,
      start: starts[i] ?? node.start,
      end: starts[i + size] ?? node.end,
      broken: false,
      first: first + i,
      count: Math.min(size, seen - i),
    });
  }
  return groups;
}

/** A node in one short line: `{ sku_id: "a", quantity: 1 }`, `[3]`. */
export function preview(text: string, node: JsonNode, letters = 72): string {
  if (node.kind === 'group') return '';
  if (node.kind !== 'object' && node.kind !== 'array') return text.slice(node.start, node.end);
  const object = node.kind === 'object';
  const parts: string[] = [];
  let length = 0;
  let more = false;
  each(text, object ? 'object' : 'array', node.start + 1, 0, (child) => {
    if (length > letters) {
      more = true;
      return false;
    }
    let value = text.slice(child.start, Math.min(child.end, child.start + 40));
    if (child.kind === 'object') value = '{…}';
    else if (child.kind === 'array') value = '[…]';
    else if (child.end - child.start > 40) value += '…';
    const part = object ? `${child.key ?? ''}: ${value}` : value;
    parts.push(part);
    length += part.length + 2;
    return true;
  });
  if (parts.length === 0) return object ? '{}' : '[]';
  const inside = parts.join(', ') + (more ? ', …' : '');
  return object ? `{ ${inside} }` : `[ ${inside} ]`;
}

/** How many children a node has; counting stops at `most`. */
export function size(text: string, node: JsonNode, most = Infinity): number {
  if (node.kind === 'group') return node.count ?? 0;
  if (node.kind !== 'object' && node.kind !== 'array') return 0;
  let n = 0;
  each(text, node.kind, node.start + 1, 0, () => ++n < most);
  return n;
}

/** One key as a part of a path of the filter language. Keys that would be misread stand in quotes. */
export function pathPart(key: string): string {
  if (key !== '' && !/[.:<>=!()"\\*\s\ufffd]/.test(key)) return key;
  return `"${key.replace(/[\\"]/g, '\\$&')}"`;
}

/** The path of keys to a value. Places in lists are left out, as any element may match, unless `exact`. */
export function pathOf(keys: (string | number)[], exact = false): string {
  return keys
    .filter((key) => exact || typeof key === 'string')
    .map((key) => (typeof key === 'number' ? String(key) : pathPart(key)))
    .join('.');
}

/** What a leaf means to a filter: a string without escapes, a number with its digits; undefined for null. */
export function filterValue(text: string, node: JsonNode): string | undefined {
  if (node.broken) return undefined;
  if (node.kind === 'string') return unquote(text, node.start, node.end);
  const raw = text.slice(node.start, node.end);
  if (node.kind === 'number') return raw;
  return node.kind === 'literal' && raw !== 'null' ? raw : undefined;
}

/** The text laid out with two blanks a level, all values as they stand. What is no JSON any more is kept as it is. */
export function pretty(text: string): string {
  const out: string[] = [];
  let depth = 0;
  let i = 0;
  const line = () => '\n' + '  '.repeat(Math.min(depth, 100));
  while (i < text.length) {
    i = blank(text, i);
    if (i >= text.length) break;
    const c = text.charCodeAt(i);
    if (c === OPEN_OBJECT || c === OPEN_LIST) {
      const inside = blank(text, i + 1);
      const close = text.charCodeAt(inside);
      if (close === CLOSE_OBJECT || close === CLOSE_LIST) {
        out.push(text.charAt(i), text.charAt(inside));
        i = inside + 1;
      } else {
        depth++;
        out.push(text.charAt(i), line());
        i++;
      }
    } else if (c === CLOSE_OBJECT || c === CLOSE_LIST) {
      depth = Math.max(0, depth - 1);
      out.push(line(), text.charAt(i));
      i++;
    } else if (c === COMMA) {
      out.push(',', line());
      i++;
    } else if (c === COLON) {
      out.push(': ');
      i++;
    } else if (c === QUOTE) {
      const end = stringEnd(text, i);
      out.push(text.slice(i, end < 0 ? undefined : end));
      i = end < 0 ? text.length : end;
    } else {
      let end = i + 1;
      while (end < text.length && !/[\s,:{}[\]"]/.test(text.charAt(end))) end++;
      out.push(text.slice(i, end));
      i = end;
    }
    // Documents after one another begin a line each.
    if (depth === 0 && (c === CLOSE_OBJECT || c === CLOSE_LIST) && blank(text, i) < text.length)
      out.push('\n');
  }
  return out.join('');
}
