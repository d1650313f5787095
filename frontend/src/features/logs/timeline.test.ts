import { describe, expect, it } from 'vitest';
import { countBetween, stepAt, stepsOf } from './timeline';

const steps = stepsOf([
  { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z', count: 10, failures: 1 },
  { from: '2026-01-01T01:00:00Z', to: '2026-01-01T02:00:00Z', count: 0, failures: 0 },
  { from: '2026-01-01T02:00:00Z', to: '2026-01-01T03:00:00Z', count: 1000, failures: 30 },
]);
const at = (clock: string) => Date.parse(`2026-01-01T${clock}Z`);

describe('the step of a row', () => {
  const found = (index: number, newestFirst: boolean) => {
    const place = stepAt(steps, index, newestFirst);
    return place && [place.step.fromText.slice(11, 16), place.above];
  };

  it('is found from the newest end', () => {
    expect(found(0, true)).toEqual(['02:00', 0]);
    expect(found(999, true)).toEqual(['02:00', 0]);
    expect(found(1000, true)).toEqual(['00:00', 1000]);
    expect(found(1009, true)).toEqual(['00:00', 1000]);
  });

  it('is found from the oldest end', () => {
    expect(found(9, false)).toEqual(['00:00', 0]);
    expect(found(10, false)).toEqual(['02:00', 10]);
  });

  it('is unknown behind the end', () => {
    expect(found(1010, true)).toBeUndefined();
    expect(stepAt([], 0, true)).toBeUndefined();
  });
});

describe('a brushed part', () => {
  it('counts the steps inside', () => {
    expect(countBetween(steps, at('01:00:00'), at('03:00:00'))).toEqual({ count: 1000, failures: 30 });
    expect(countBetween(steps, at('00:00:00'), at('03:00:00'))).toEqual({ count: 1010, failures: 31 });
  });
});
