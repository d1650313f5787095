import { describe, expect, it } from 'vitest';
import { pathParts, shortEndpoint } from './endpoint';

const marked = (path: string, endpoint?: string) =>
  pathParts(path, endpoint)
    .map((p) => (p.parameter ? `[${p.text}]` : p.text))
    .join('');

describe('a path in the list', () => {
  it('has its parameters marked', () => {
    expect(marked('/v1/vouchers/V-1/redemption', 'POST /v1/vouchers/{code}/redemption')).toBe(
      '/v1/vouchers/[V-1]/redemption',
    );
    expect(marked('/a/1/2', 'GET /a/{x}/{y}')).toBe('/a/[1]/[2]');
    expect(marked('/7', 'GET /{id}')).toBe('/[7]');
  });

  it('stays whole where the template does not fit', () => {
    expect(marked('/v1/x', 'GET /v1/x/{id}')).toBe('/v1/x');
    expect(marked('/v1/x')).toBe('/v1/x');
    expect(marked('')).toBe('');
  });

  it('loses no letter, whatever the template', () => {
    for (const template of ['GET /{a}/{b}', 'GET /{a}/b', 'GET /a/{b}', 'GET /a/b', 'GET x'])
      expect(
        pathParts('/q/r', template)
          .map((p) => p.text)
          .join(''),
      ).toBe('/q/r');
  });
});

describe('a short endpoint', () => {
  it('keeps the method and the end', () => {
    expect(shortEndpoint('POST /v1/vouchers/{code}/redemption', 24)).toBe('POST …/{code}/redemption');
    expect(shortEndpoint('POST /v1/vouchers/{code}/redemption', 20)).toBe('POST …/redemption');
    expect(shortEndpoint('GET /v1/x', 24)).toBe('GET /v1/x');
  });
});
