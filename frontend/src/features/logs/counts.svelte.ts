import { api, isAbort, projectPath } from '../../lib/api';
import type { Tally } from '../../lib/types';
import { paramsOf, type Question } from './question';
import { stepsOf, type Step } from './timeline';

/** The histogram's counts: equal steps over the range, and what they add up to. */
export class Counts {
  steps = $state.raw<Step[]>([]);
  total = $state<number>();
  failures = $state<number>();
  busy = $state(false);
  #asking: AbortController | undefined;

  /** A new question is under way: what is counted now is no longer wanted. */
  wait(): void {
    this.#asking?.abort();
    this.busy = true;
  }

  /** Gives the exact total; undefined when another question overtook this one, or it failed. */
  async ask(question: Question, steps: number, asOf: string): Promise<number | undefined> {
    this.wait();
    const mine = (this.#asking = new AbortController());
    try {
      const tally = await api.get<Tally>(
        projectPath(question.project, '/logs/tally'),
        { ...paramsOf(question), by: `time:${steps}`, as_of: asOf },
        mine.signal,
      );
      this.steps = stepsOf(tally.buckets);
      this.total = tally.total;
      this.failures = tally.failures;
    } catch (err) {
      if (isAbort(err)) return undefined;
      this.steps = [];
      this.total = undefined;
      this.failures = undefined;
    }
    this.busy = false;
    return this.total;
  }
}

/** Counts a part of time in equal steps. */
export async function countSteps(
  question: Question,
  steps: number,
  asOf: string,
  signal: AbortSignal,
): Promise<Step[]> {
  const tally = await api.get<Tally>(
    projectPath(question.project, '/logs/tally'),
    { ...paramsOf(question), by: `time:${steps}`, as_of: asOf },
    signal,
  );
  return stepsOf(tally.buckets);
}

/** The values of a field with their counts, for one facet. */
export async function countValues(
  question: Question,
  field: string,
  limit: number,
  asOf: string,
  signal: AbortSignal,
): Promise<Tally> {
  return api.get<Tally>(
    projectPath(question.project, '/logs/tally'),
    { ...paramsOf(question), by: field, limit, as_of: asOf },
    signal,
  );
}
