import { describe, expect, it } from 'vitest';
import { editable, rangeText, readTime } from './range';

const iso = (text: string, zone = 'UTC') => {
  const at = readTime(text, zone);
  return at === undefined ? undefined : new Date(at).toISOString();
};

describe('a typed time', () => {
  it('is read on the clock of the zone', () => {
    expect(iso('2026-03-12')).toBe('2026-03-12T00:00:00.000Z');
    expect(iso('2026-03-12 09:30')).toBe('2026-03-12T09:30:00.000Z');
    expect(iso('2026-03-12T09:30:15.5')).toBe('2026-03-12T09:30:15.500Z');
    expect(iso('2026-03-12 09:30', 'Asia/Kolkata')).toBe('2026-03-12T04:00:00.000Z');
    expect(iso('2026-07-01 12:00', 'Europe/Berlin')).toBe('2026-07-01T10:00:00.000Z');
    expect(iso('2026-01-01 12:00', 'Europe/Berlin')).toBe('2026-01-01T11:00:00.000Z');
  });

  it('may name its own zone', () => {
    expect(iso('2026-03-12T09:30:00Z', 'Asia/Kolkata')).toBe('2026-03-12T09:30:00.000Z');
    expect(iso('2026-03-12 09:30:00+02:00')).toBe('2026-03-12T07:30:00.000Z');
  });

  it('is refused when it is none', () => {
    for (const text of ['', 'yesterday', '2026-02-31', '2026-03-12 25:00', '12.03.2026', '2026-13-01'])
      expect(iso(text)).toBeUndefined();
  });

  it('comes back from its editable form', () => {
    for (const zone of ['UTC', 'Europe/Berlin', 'America/New_York'])
      for (const time of ['2026-03-29T00:59:59.999Z', '2026-10-25T03:30:00.000Z', '2015-05-17T10:05:03.000Z'])
        expect(iso(editable(time, zone), zone)).toBe(time);
  });
});

describe('a range in words', () => {
  it('is short', () => {
    const year = new Date().getUTCFullYear();
    expect(rangeText({ last: '24h', from: '', to: '' }, 'UTC')).toBe('Last 24 hours');
    expect(rangeText({ last: '3h', from: '', to: '' }, 'UTC')).toBe('Last 3h');
    expect(
      rangeText({ last: '', from: `${year}-03-12T09:00:00Z`, to: `${year}-03-12T10:45:00Z` }, 'UTC'),
    ).toBe('12 Mar 09:00 to 10:45');
    expect(rangeText({ last: '', from: '2015-05-17T00:00:00Z', to: '2015-05-20T00:00:00Z' }, 'UTC')).toBe(
      '17 May 2015 00:00 to 20 May 2015 00:00',
    );
    expect(rangeText({ last: '', from: '', to: '2015-05-20T00:00:00Z' }, 'UTC')).toBe(
      'until 20 May 2015 00:00',
    );
  });
});
