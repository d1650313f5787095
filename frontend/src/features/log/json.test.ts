import { describe, expect, it } from 'vitest';
import {
  children,
  documents,
  filterValue,
  pathOf,
  pretty,
  preview,
  unquote,
  valueEnd,
  type JsonNode,
} from './json';

/** Numbers from a seed, so that a failure can be repeated. */
function random(seed: number): () => number {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

function anyValue(next: () => number, depth = 0): unknown {
  const strings = [
    '',
    'a',
    'a.b',
    'quote " and \\ slash',
    'line\nbreak',
    'größe',
    '日本',
    '\u0000',
    '😀',
    '{"x":1}',
  ];
  const pick = <T>(all: T[]): T => all[Math.floor(next() * all.length)] as T;
  const kind = next();
  if (depth > 4 || kind < 0.5) return pick([0, -1.5, 1e21, true, false, null, ...strings]);
  const many = Math.floor(next() * 5);
  if (kind < 0.75) return Array.from({ length: many }, () => anyValue(next, depth + 1));
  return Object.fromEntries(
    Array.from({ length: many }, (_, i) => [pick(strings) + i, anyValue(next, depth + 1)]),
  );
}

/** The value of a node, put together from what the tree would show. */
function rebuild(text: string, node: JsonNode): unknown {
  if (node.kind === 'object' || node.kind === 'array') {
    const inside = flat(text, node);
    if (node.kind === 'array') return inside.map((child) => rebuild(text, child));
    return Object.fromEntries(inside.map((child) => [child.key, rebuild(text, child)]));
  }
  const value = filterValue(text, node);
  if (node.kind === 'string') return value;
  return value === undefined ? null : (JSON.parse(value) as unknown);
}

function flat(text: string, node: JsonNode): JsonNode[] {
  return children(text, node).flatMap((child) => (child.kind === 'group' ? flat(text, child) : [child]));
}

function rootOf(text: string, cut = false): JsonNode {
  return sure(documents(text, cut)?.[0]);
}

function sure<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none');
  return value;
}

describe('json', () => {
  it('shows of any JSON what JSON.parse reads, laid out or not', () => {
    const next = random(7);
    for (let i = 0; i < 400; i++) {
      const value = { top: anyValue(next), list: [anyValue(next)] };
      for (const text of [
        JSON.stringify(value),
        JSON.stringify(value, null, 3),
        pretty(JSON.stringify(value)),
      ]) {
        const roots = documents(text, false);
        expect(roots).toHaveLength(1);
        expect(rebuild(text, rootOf(text))).toEqual(value);
      }
    }
  });

  it('accepts what JSON.parse accepts, and nothing else but odd escapes', () => {
    const whole = '{"a":[1,{"b":"c\\"d"},null],"e":-0.5e+3}';
    for (let at = 0; at < whole.length; at++) {
      for (const piece of ['', '"', ',', '}', '[', '0', ' ']) {
        const text = whole.slice(0, at) + piece + whole.slice(at + 1);
        if (/\\[^"\\/bfnrtu]/.test(text)) continue;
        let fine: boolean;
        try {
          const value: unknown = JSON.parse(text);
          fine = typeof value === 'object' && value !== null;
        } catch {
          fine = false;
        }
        const found = documents(text, false);
        expect(found !== undefined && found.length === 1, text).toBe(fine);
      }
    }
  });

  it('keeps the digits of numbers', () => {
    const text = '{"id":12345678901234567890,"amount":10.00}';
    const nodes = flat(text, rootOf(text));
    expect(nodes.map((n) => filterValue(text, n))).toEqual(['12345678901234567890', '10.00']);
    expect(pretty(text)).toBe('{\n  "id": 12345678901234567890,\n  "amount": 10.00\n}');
  });

  it('reads a body that was cut up to the cut', () => {
    const text = '{"a":1,"b":{"c":[1,2,{"d":"unfin';
    expect(documents(text, false)).toBeUndefined();
    const root = rootOf(text, true);
    expect(root.broken).toBe(true);
    const [a, b] = flat(text, root);
    expect(filterValue(text, sure(a))).toBe('1');
    const list = sure(flat(text, b!)[0]);
    expect(flat(text, list).map((n) => n.broken)).toEqual([false, false, true]);
  });

  it('stands 100,000 levels', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(valueEnd(deep, 0)).toBe(200_000);
    expect(rootOf(deep.slice(0, 150_000), true).broken).toBe(true);
  });

  it('puts many items into groups and loses none', () => {
    const text = JSON.stringify(Array.from({ length: 12_345 }, (_, i) => i));
    const root = rootOf(text);
    const groups = children(text, root);
    expect(groups).toHaveLength(13);
    expect(flat(text, root).map((n) => n.key)).toEqual(Array.from({ length: 12_345 }, (_, i) => i));
    expect(
      flat(text, sure(groups[12]))
        .map((n) => filterValue(text, n))
        .at(-1),
    ).toBe('12344');
  });

  it('reads large texts one after the other, whichever was read last', () => {
    const texts = ['a', 'b'].map((key) =>
      JSON.stringify({ [key]: { list: Array.from({ length: 900 }, () => key.repeat(200)) } }),
    );
    for (let round = 0; round < 2; round++) {
      for (const text of texts) expect(rebuild(text, rootOf(text))).toEqual(JSON.parse(text));
    }
  });

  it('reads several documents', () => {
    const text = '{"a":1}\n{"a":2}\n';
    expect(sure(documents(text, false)).map((n) => rebuild(text, n))).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it.each([
    [['order', 'amount'], 'order.amount', 'order.amount'],
    [['items', 0, 'sku'], 'items.sku', 'items.0.sku'],
    [['a.b', 'c d'], '"a.b"."c d"', '"a.b"."c d"'],
    [['say "x"', 'back\\slash'], '"say \\"x\\""."back\\\\slash"', '"say \\"x\\""."back\\\\slash"'],
    [['größe', 'x-id', '0'], 'größe.x-id.0', 'größe.x-id.0'],
    [['', '*'], '""."*"', '""."*"'],
  ])('writes the path %j as %s', (keys, loose, exact) => {
    expect(pathOf(keys)).toBe(loose);
    expect(pathOf(keys, true)).toBe(exact);
  });

  it('says in short what is in a folded node', () => {
    const text = '{"sku_id":"s1","quantity":1,"more":{"x":1},"list":[1]}';
    expect(preview(text, rootOf(text))).toBe('{ sku_id: "s1", quantity: 1, more: {…}, list: […] }');
  });

  it('takes escapes out of strings, and leaves odd ones', () => {
    const whole = '"a\\u00e9\\n"';
    expect(unquote(whole, 0, whole.length)).toBe('aé\n');
    expect(unquote('"\\x"', 0, 4)).toBe('\\x');
  });
});
