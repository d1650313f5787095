import { api, isAbort, projectPath, type Params } from '../../lib/api';
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

  async ask(question: Question, steps: number): Promise<void> {
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    this.busy = true;
    try {
      const tally = await api.get<Tally>(
        projectPath(question.project, '/logs/tally'),
        { ...paramsOf(question), by: `time:${steps}` },
        mine.signal,
      );
      this.steps = stepsOf(tally.buckets);
      this.total = tally.total;
      this.failures = tally.failures;
    } catch (err) {
      if (isAbort(err)) return;
      this.steps = [];
      this.total = undefined;
      this.failures = undefined;
    }
    this.busy = false;
  }
}

/** The values of a field with their counts, for one facet. */
export async function countValues(
  question: Question,
  field: string,
  limit: number,
  more: Params,
  signal: AbortSignal,
): Promise<Tally> {
  return api.get<Tally>(
    projectPath(question.project, '/logs/tally'),
    { ...paramsOf(question), by: field, limit, ...more },
    signal,
  );
}
