import { describe, expect, it } from 'vitest';
import { defaultPlace, formatPlace, parsePlace } from './url';

describe('a place as a link', () => {
  it('comes back from its own link, whatever stands in it', () => {
    const place = {
      ...defaultPlace(),
      tab: 'exports' as const,
      project: 'checkout eu & co',
      q: '-origin:Dashboard "out of stock" a+b=100% ä#x',
      tz: 'Europe/Berlin',
      columns: ['time', 'request.header.x-id'],
      sort: '-status',
      log: 'log_1',
    };
    expect(parsePlace(formatPlace(place).slice(1))).toEqual(place);
  });

  it('carries from and to instead of last', () => {
    const place = { ...defaultPlace(), last: '', from: '2015-05-17T10:05:00Z', to: '2015-05-20T21:06:00Z' };
    const link = formatPlace(place);
    expect(link).toBe('/?tab=logs&project=default&from=2015-05-17T10:05:00Z&to=2015-05-20T21:06:00Z');
    expect(parsePlace(link.slice(1))).toEqual(place);
  });

  it('is the last 24 hours of the default project without anything', () => {
    expect(parsePlace('')).toEqual(defaultPlace());
    expect(formatPlace(defaultPlace())).toBe('/?tab=logs&project=default&last=24h');
  });
});
