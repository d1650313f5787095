import { describe, expect, it } from 'vitest';
import { ticksOf } from './ticks';

const year = new Date().getFullYear();
const at = (text: string) => Date.parse(`${year}-${text}Z`);

describe('the ticks of the histogram', () => {
  it('are round, few, and name the day where it changes', () => {
    const ticks = ticksOf(at('03-11T11:42:00'), at('03-12T11:42:00'), 'UTC', 9);
    expect(ticks.map((t) => t.text)).toEqual([
      '11 Mar 12:00',
      '15:00',
      '18:00',
      '21:00',
      '12 Mar 00:00',
      '03:00',
      '06:00',
      '09:00',
    ]);
  });

  it('are round on the clock of the zone', () => {
    const ticks = ticksOf(at('03-11T00:00:00'), at('03-12T00:00:00'), 'Asia/Kolkata', 9);
    expect(ticks[0]?.text).toBe('11 Mar 06:00');
    expect(new Date(ticks[0]?.at ?? 0).toISOString()).toBe(`${year}-03-11T00:30:00.000Z`);
  });

  it('never exceed their number, from seconds to decades', () => {
    for (let span = 10_000; span < 30 * 365 * 86_400_000; span *= 3) {
      const ticks = ticksOf(1e12, 1e12 + span, 'UTC', 9);
      expect(ticks.length).toBeLessThanOrEqual(10);
      expect(ticks.length).toBeGreaterThan(0);
    }
    expect(ticksOf(5, 5, 'UTC', 9)).toEqual([]);
  });
});
