import { describe, expect, it } from 'vitest';
import { documents, filterValue } from './json';
import { hitsIn, Lines, Tree } from './tree';
import { patternOf, runsOf } from './words';

function treeOf(text: string, lines?: number): Tree {
  return new Tree(text, documents(text, true) ?? [], lines);
}

describe('tree', () => {
  const text = '{"order":{"id":"o1","items":[{"sku":"a"},{"sku":"b"}]},"empty":{},"n":1}';

  it('opens level after level while there is room', () => {
    expect(
      treeOf(text, 3)
        .rows()
        .map((r) => [r.node.key, r.open]),
    ).toEqual([
      ['order', false],
      ['empty', false],
      ['n', false],
    ]);
    expect(
      treeOf(text)
        .rows()
        .map((r) => `${r.depth}${r.node.key}`),
    ).toEqual(['0order', '1id', '1items', '20', '3sku', '21', '3sku', '0empty', '0n']);
  });

  it('tells screen readers place and number, and which lines open', () => {
    const rows = treeOf(text).rows();
    expect(rows.map((r) => `${r.place}/${r.of}`)).toEqual([
      '1/3',
      '1/2',
      '2/2',
      '1/2',
      '1/1',
      '2/2',
      '1/1',
      '2/3',
      '3/3',
    ]);
    expect(rows.find((r) => r.node.key === 'empty')?.inner).toBe(false);
    expect(rows[6]?.parent).toBe(5);
  });

  it('opens what is around a hit', () => {
    const tree = treeOf(text, 3);
    const at = hitsIn(text, patternOf(['b']) ?? /$^/g)[0] ?? -1;
    tree.reveal(at);
    const row = tree.rows().find((r) => r.node.start === at);
    expect(row && filterValue(text, row.node)).toBe('b');
    expect(row?.keys).toEqual(['order', 'items', 1, 'sku']);
  });

  it('finds the line at each height', () => {
    const lines = new Lines([20, 40, 20, 100]);
    expect(lines.height).toBe(180);
    expect([0, 19, 20, 59, 60, 79, 80, 500, -5].map((y) => lines.at(y))).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 0]);
  });
});

describe('words', () => {
  const marked = (text: string, words: string[], loose = false) =>
    runsOf(text, patternOf(words, loose))
      .map((run) => (run.kind === 'plain' ? run.text : `[${run.text}]`))
      .join('');

  it.each([
    ['Nothing Out-of-Stock here', ['out of stock'], 'Nothing [Out-of-Stock] here'],
    ['a shoe, no hoe', ['hoe'], 'a shoe, no [hoe]'],
    ['vouchers and voucher', ['vouch*'], '[vouch]ers and [vouch]er'],
    ['cust_8fc7', ['cust_8fc7'], '[cust_8fc7]'],
    ['größer als groß', ['GROß'], 'größer als [groß]'],
    ['a.b (c)', ['(c)'], 'a.b ([c])'],
    ['x redacted #4f1c09aa y', [], 'x [redacted #4f1c09aa] y'],
  ])('marks in %s the words %j', (text, words, want) => {
    expect(marked(text, words)).toBe(want);
  });

  it('marks parts of words when asked to be loose, and loses no letter', () => {
    expect(marked('a shoe', ['hoe'], true)).toBe('a s[hoe]');
    const text = 'one two one';
    expect(
      runsOf(text, patternOf(['one']))
        .map((r) => r.text)
        .join(''),
    ).toBe(text);
  });

  it('has no pattern for no words', () => {
    expect(patternOf(['', '  '])).toBeUndefined();
  });
});
