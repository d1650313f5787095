import { describe, expect, it } from 'vitest';
import { countBetween, stepsOf, timeAt } from './timeline';

const steps = stepsOf([
  { from: '2026-01-01T00:00:00Z', to: '2026-01-01T01:00:00Z', count: 10, failures: 1 },
  { from: '2026-01-01T01:00:00Z', to: '2026-01-01T02:00:00Z', count: 0, failures: 0 },
  { from: '2026-01-01T02:00:00Z', to: '2026-01-01T03:00:00Z', count: 1000, failures: 30 },
]);
const at = (clock: string) => Date.parse(`2026-01-01T${clock}Z`);

describe('the time of a row', () => {
  it('is found from the newest end', () => {
    expect(timeAt(steps, 0, true)).toBe(at('03:00:00'));
    expect(timeAt(steps, 500, true)).toBe(at('02:30:00'));
    expect(timeAt(steps, 1005, true)).toBe(at('00:30:00'));
  });

  it('is found from the oldest end', () => {
    expect(timeAt(steps, 5, false)).toBe(at('00:30:00'));
    expect(timeAt(steps, 510, false)).toBe(at('02:30:00'));
  });

  it('is unknown behind the end', () => {
    expect(timeAt(steps, 1010, true)).toBeUndefined();
    expect(timeAt([], 0, true)).toBeUndefined();
  });

  it('never goes back in time as one scrolls down', () => {
    let before = Infinity;
    for (let i = 0; i < 1010; i++) {
      const now = timeAt(steps, i, true) ?? NaN;
      expect(now).toBeLessThanOrEqual(before);
      before = now;
    }
  });
});

describe('a brushed part', () => {
  it('counts the steps inside', () => {
    expect(countBetween(steps, at('01:00:00'), at('03:00:00'))).toEqual({ count: 1000, failures: 30 });
    expect(countBetween(steps, at('00:00:00'), at('03:00:00'))).toEqual({ count: 1010, failures: 31 });
  });
});
