import type { TallyBucket } from '../../lib/types';

/** The steps of the histogram with their edges as numbers, oldest first. */
export interface Step {
  from: number;
  to: number;
  count: number;
  failures: number;
}

export function stepsOf(buckets: TallyBucket[]): Step[] {
  return buckets
    .filter((b) => b.from && b.to)
    .map((b) => ({
      from: Date.parse(b.from ?? ''),
      to: Date.parse(b.to ?? ''),
      count: b.count,
      failures: b.failures,
    }));
}

/**
 * The time of the row at an index, as the steps' cumulative counts tell it: this is how the scrollbar, which knows
 * only how far down it stands, becomes a place in time that the server can go to. `newestFirst` says which end is
 * index 0.
 */
export function timeAt(steps: Step[], index: number, newestFirst: boolean): number | undefined {
  const order = newestFirst ? [...steps].reverse() : steps;
  let above = 0;
  for (const step of order) {
    if (index < above + step.count) {
      const share = (index - above) / step.count;
      const into = (step.to - step.from) * share;
      return newestFirst ? step.to - into : step.from + into;
    }
    above += step.count;
  }
  return undefined;
}

/** The logs and failures between two moments, counting the steps that lie between them. */
export function countBetween(steps: Step[], from: number, to: number): { count: number; failures: number } {
  let count = 0;
  let failures = 0;
  for (const step of steps) {
    if (step.from >= from && step.to <= to) {
      count += step.count;
      failures += step.failures;
    }
  }
  return { count, failures };
}
