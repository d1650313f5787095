import { describe, expect, it } from 'vitest';
import { colour } from './colour';

const shown = (text: string) =>
  colour(text)
    .filter((run) => run.text.trim() !== '')
    .map((run) => `${run.kind || '-'}${run.text.trim()}`)
    .join(' ');

describe('the colours of a filter', () => {
  it('tell fields, operators, numbers, strings and negation apart', () => {
    expect(shown('-origin:Dashboard duration>20ms order')).toBe(
      'n- forigin o: -Dashboard fduration o> d20ms sorder',
    );
    expect(shown('(campaign:a OR campaign:b) "out of stock"')).toBe(
      'o( fcampaign o: -a oOR fcampaign o: -b o) s"out of stock"',
    );
    expect(shown('status>=400 path:/v1\\/x/')).toContain('fstatus o>= d400');
  });

  it('lose and change no letter of any text', () => {
    const pieces = [
      '"',
      '(',
      ')',
      '-',
      ':',
      '>=',
      'a',
      'OR',
      ' ',
      '\\',
      '/',
      'ä',
      '😀',
      '1',
      '\t',
      'x.y',
      '*',
      '-',
    ];
    let seed = 7;
    for (let round = 0; round < 500; round++) {
      let text = '';
      for (let i = 0; i < 12; i++) {
        seed = (seed * 48271) % 2147483647;
        text += pieces[seed % pieces.length] ?? '';
      }
      expect(
        colour(text)
          .map((run) => run.text)
          .join(''),
      ).toBe(text);
    }
  });
});
