import { describe, expect, it } from 'vitest';
import { MAX_HEIGHT, ScrollMap } from './scroll';

const view = 600;

describe('a list that fits', () => {
  it('is scrolled pixel by pixel', () => {
    const map = new ScrollMap();
    map.resize(100_000, view);
    expect(map.height).toBe(100_000);
    for (const top of [0, 17, 50_000, 99_400]) {
      expect(map.scrolled(top)).toBe(top);
      expect(map.settled()).toBe(top);
    }
  });
});

describe('a list of 280 million pixels', () => {
  const content = 280_000_000;
  function list() {
    const map = new ScrollMap();
    map.resize(content, view);
    return map;
  }

  it('stays scrollable for the browser', () => {
    expect(list().height).toBe(MAX_HEIGHT);
  });

  it('moves by what the wheel moves', () => {
    const map = list();
    map.scrolled(4_000_000);
    const before = map.place;
    for (let i = 1; i <= 20; i++) map.scrolled(4_000_000 + i * 100);
    expect(map.place - before).toBe(2000);
  });

  it('reaches both ends with the thumb', () => {
    const map = list();
    expect(map.scrolled(MAX_HEIGHT - view)).toBe(content - view);
    expect(map.scrolled(0)).toBe(0);
  });

  it('puts the thumb where the place belongs, and reads the same place from it', () => {
    const map = list();
    map.scrolled(4_000_000);
    map.scrolled(4_000_500);
    const place = map.place;
    const top = map.settled();
    map.moved(top);
    expect(map.scrolled(top)).toBe(place);
    const again = list();
    expect(Math.abs(again.scrolled(top) - place)).toBeLessThan(1);
  });

  it('never leaves the list', () => {
    const map = list();
    map.scrolled(MAX_HEIGHT - view);
    expect(map.scrolled(MAX_HEIGHT - view + 500)).toBe(content - view);
  });
});
