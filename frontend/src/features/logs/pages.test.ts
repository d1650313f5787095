import { describe, expect, it } from 'vitest';
import { Pages, type PageOf } from './pages';

/** A list of numbers that is read like the API's: cursors name a place, a page has up to `size` rows. */
function reader(total: number, size: number) {
  const page = (from: number): PageOf<number> => {
    const begin = Math.max(0, from);
    const rows = Array.from({ length: Math.min(size, total - begin) }, (_, i) => begin + i);
    return {
      rows,
      prev: begin > 0 ? `before ${begin}` : undefined,
      next: begin + rows.length < total ? `after ${begin + rows.length}` : undefined,
    };
  };
  return {
    page,
    follow(cursor: string): PageOf<number> {
      const [way, at] = cursor.split(' ');
      if (way === 'after') return page(Number(at));
      const end = Number(at);
      const begin = Math.max(0, end - size);
      const whole = page(begin);
      return { ...whole, rows: whole.rows.slice(0, end - begin), next: `after ${end}` };
    },
  };
}

describe('pages', () => {
  it('give each row its index while one reads down and up again, and never keep more than their share', () => {
    const total = 1000;
    const source = reader(total, 50);
    const pages = new Pages<number>(4);
    pages.reset(source.page(0), 0);
    while (pages.next) {
      pages.append(source.follow(pages.next));
      expect(pages.loaded).toBeLessThanOrEqual(200);
      expect(pages.at(pages.start)).toBe(pages.start);
      expect(pages.at(pages.end - 1)).toBe(pages.end - 1);
    }
    expect(pages.end).toBe(total);
    while (pages.prev) {
      expect(pages.prepend(source.follow(pages.prev))).toBe(0);
      expect(pages.at(pages.start)).toBe(pages.start);
      expect(pages.loaded).toBeLessThanOrEqual(200);
    }
    expect(pages.start).toBe(0);
  });

  it('find their true place when a jump guessed too low', () => {
    const source = reader(1000, 50);
    const pages = new Pages<number>(20);
    pages.reset(source.page(300), 120);
    let grown = 0;
    while (pages.prev) grown += pages.prepend(source.follow(pages.prev));
    expect(pages.start).toBe(0);
    expect(grown).toBe(180);
    expect(pages.at(300)).toBe(300);
  });

  it('find their true place when a jump guessed too high', () => {
    const source = reader(1000, 50);
    const pages = new Pages<number>(20);
    pages.reset(source.page(300), 500);
    let grown = 0;
    while (pages.prev) grown += pages.prepend(source.follow(pages.prev));
    expect(grown).toBe(-200);
    expect(pages.at(300)).toBe(300);
  });

  it('find their true place at the end', () => {
    const source = reader(1000, 50);
    const pages = new Pages<number>(20);
    pages.reset(source.page(900), 870);
    while (pages.next) pages.append(source.follow(pages.next));
    expect(pages.pinEnd(1000)).toBe(30);
    expect(pages.at(999)).toBe(999);
    expect(pages.at(900)).toBe(900);
  });

  it('stand at the top when nothing comes before them, whatever was guessed', () => {
    const source = reader(1000, 50);
    const pages = new Pages<number>();
    pages.reset(source.page(0), 77);
    expect(pages.start).toBe(0);
  });

  it('know where a row stands', () => {
    const source = reader(100, 50);
    const pages = new Pages<number>();
    pages.reset(source.page(0), 0);
    pages.append(source.page(50));
    expect(pages.indexOf((n) => n === 73)).toBe(73);
    expect(pages.indexOf((n) => n === 173)).toBe(-1);
    expect(pages.at(100)).toBeUndefined();
    expect(pages.at(-1)).toBeUndefined();
  });
});
