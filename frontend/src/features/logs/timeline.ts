import type { TallyBucket } from '../../lib/types';

/** One step of a count by time. The server's own words for its edges are kept: they are exact to the nanosecond. */
export interface Step {
  from: number;
  to: number;
  fromText: string;
  toText: string;
  count: number;
  failures: number;
}

export function stepsOf(buckets: TallyBucket[]): Step[] {
  return buckets.map((b) => ({
    from: Date.parse(b.from ?? ''),
    to: Date.parse(b.to ?? ''),
    fromText: b.from ?? '',
    toText: b.to ?? '',
    count: b.count,
    failures: b.failures,
  }));
}

/**
 * The step that holds the row at an index, and how many rows stand above that step: this is how the scrollbar, which
 * knows only how far down it stands, becomes a place in time that the server can go to. `newestFirst` says which end
 * is index 0.
 */
export function stepAt(
  steps: Step[],
  index: number,
  newestFirst: boolean,
): { step: Step; above: number } | undefined {
  let above = 0;
  for (const step of newestFirst ? [...steps].reverse() : steps) {
    if (index < above + step.count) return { step, above };
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
