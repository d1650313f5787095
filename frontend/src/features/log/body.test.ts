import { describe, expect, it } from 'vitest';
import { blocksOf } from './blocks';
import { formPairs, shapeOf } from './body';
import { fromBase64, hexLine, toBase64 } from './hex';

describe('body', () => {
  it.each([
    ['', 'application/json', 'none'],
    ['{"a":1}', 'text/plain', 'json'],
    ['[1,2]', '', 'json'],
    ['{a:1}', 'application/json', 'text'],
    ['"text"', 'application/json', 'text'],
    ['a=1&b=2', '', 'form'],
    ['a=1', 'application/x-www-form-urlencoded', 'form'],
    ['a = b', '', 'text'],
    ['<p>', 'text/html', 'html'],
    ['<?xml version="1.0"?><a/>', '', 'xml'],
  ])('takes %j of type %s for %s', (text, type, kind) => {
    expect(shapeOf(text, type, false).kind).toBe(kind);
  });

  it('reads a form as browsers write it', () => {
    expect(formPairs('a=1+2&b=%C3%A9&c&=x&d=100%&&e=a=b')).toEqual([
      { name: 'a', value: '1 2' },
      { name: 'b', value: 'é' },
      { name: 'c', value: '' },
      { name: '', value: 'x' },
      { name: 'd', value: '100%' },
      { name: 'e', value: 'a=b' },
    ]);
  });

  it('cuts a text into blocks that are the text again', () => {
    for (const text of [
      '',
      'short',
      'line\n'.repeat(5000),
      '😀'.repeat(9000),
      'a\n' + 'b'.repeat(10_000) + '\nc',
    ]) {
      const parts = blocksOf(text).map((b) => text.slice(b.from, b.to));
      expect(parts.join('')).toBe(text);
      expect(parts.every((p) => p.length <= 4096 && p.isWellFormed())).toBe(true);
    }
  });

  it('shows bytes in sixteens or eights', () => {
    const bytes = new TextEncoder().encode('Hello, wörld! 0123456');
    expect(hexLine(bytes, 0)).toEqual({
      offset: '00000000',
      bytes: '48 65 6c 6c 6f 2c 20 77  c3 b6 72 6c 64 21 20 30',
      letters: 'Hello, w..rld! 0',
    });
    expect(hexLine(bytes, 1)).toEqual({ offset: '00000010', bytes: '31 32 33 34 35 36', letters: '123456' });
    expect(hexLine(bytes, 2, 8)).toEqual({
      offset: '00000010',
      bytes: '31 32 33 34 35 36',
      letters: '123456',
    });
  });

  it('writes and reads base64 of any length', () => {
    for (const length of [0, 1, 2, 3, 70_001]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 7919) & 255);
      expect(fromBase64(toBase64(bytes))).toEqual(bytes);
    }
  });
});
