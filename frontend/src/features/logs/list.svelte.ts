import { api, isAbort, projectPath, type ApiError } from '../../lib/api';
import type { LogPage, LogRow } from '../../lib/types';
import { Pages } from './pages';
import { paramsOf, type Question } from './question';
import { countSteps } from './counts.svelte';
import { stepAt, type Step } from './timeline';

const PAGE = 100;
/** A place this far from what is loaded is jumped to; nearer ones are read on to, so that nothing is guessed. */
const JUMP = 600;
const FINE_STEPS = 60;

/**
 * The list of logs under one question and order: pages over cursors, in both directions, from one snapshot. Logs that
 * arrive later are counted (`arrived`) and shown when they are asked for, so that nothing moves under the reader.
 */
export class LogList {
  total = $state<number>();
  exact = $state(true);
  tookMs = $state<number>();
  busy = $state(false);
  error = $state.raw<ApiError>();
  arrived = $state(0);
  /** Grows with each change of the loaded rows: read it where `at` is used. */
  version = $state(0);
  /** The snapshot that is shown. */
  asOf = $state('');

  #question: Question | undefined;
  #sort = '';
  #pages = new Pages<LogRow>();
  #asking: AbortController | undefined;
  #reading: AbortController | undefined;
  #wanted: [number, number] = [0, 0];
  #arrivals: ReturnType<typeof setTimeout> | undefined;

  /** Set by the list's view: rows turned out to stand above, everything moves down by so many. */
  onshift: (by: number) => void = () => undefined;
  /** Set by the tab: the histogram's steps, which turn a far place into a time. */
  steps: () => Step[] = () => [];

  /** How many rows the view makes room for. By time that is all of them; other orders can only be read on. */
  get count(): number {
    void this.version;
    if (this.total === undefined) return 0;
    if (this.#byTime) return this.total;
    return Math.min(this.total, this.#pages.end + (this.#pages.next ? PAGE : 0));
  }

  at(index: number): LogRow | undefined {
    void this.version;
    return this.#pages.at(index);
  }

  indexOf(id: string): number {
    void this.version;
    return this.#pages.indexOf((row) => row.id === id);
  }

  get #byTime(): boolean {
    return this.#sort === '-time' || this.#sort === 'time';
  }

  get #asked(): Question {
    if (!this.#question) throw new Error('nothing was asked yet');
    return this.#question;
  }

  get #path(): string {
    return projectPath(this.#asked.project, '/logs');
  }

  /**
   * Asks anew, from the top. The old rows stay until the answer is here. True when it came, false when another
   * question overtook this one.
   */
  async ask(question: Question, sort: string): Promise<boolean> {
    this.#asking?.abort();
    this.#reading?.abort();
    const mine = (this.#asking = new AbortController());
    this.#question = question;
    this.#sort = sort;
    this.busy = true;
    try {
      const page = await api.get<LogPage>(
        this.#path,
        { ...paramsOf(question), sort, limit: PAGE },
        mine.signal,
      );
      this.#pages.reset({ rows: page.data, prev: page.prev, next: page.next }, 0);
      this.total = page.total;
      this.exact = page.total_exact;
      this.tookMs = page.took_ms;
      this.asOf = page.as_of ?? '';
      this.error = undefined;
      this.arrived = 0;
    } catch (err) {
      if (isAbort(err)) return false;
      this.error = err as ApiError;
      // A question that was answered with an error has no rows: the old ones would be a lie.
      if (this.error.status >= 400) {
        this.#pages.reset({ rows: [] }, 0);
        this.total = undefined;
        this.tookMs = undefined;
        this.asOf = '';
      }
    }
    this.busy = false;
    this.version++;
    return true;
  }

  /** The exact total, where the list itself had to stop counting: filters that read bodies can take long. */
  settle(total: number): void {
    if (this.exact || this.total === undefined) return;
    this.total = total;
    this.exact = true;
    this.#shifted(this.#pages.pinEnd(total));
    this.version++;
  }

  /** The view needs these rows. Reads on in the right direction, or jumps. */
  need(first: number, last: number): void {
    this.#wanted = [first, Math.min(last, this.count - 1)];
    if (!this.#reading && !this.busy) void this.#fill();
  }

  async #fill(): Promise<void> {
    const mine = (this.#reading = new AbortController());
    try {
      // What is wanted may change while an answer is under way: look again after each.
      while (!mine.signal.aborted && (await this.#step(mine.signal)));
      this.error = undefined;
    } catch (err) {
      if (!isAbort(err)) this.error = err as ApiError;
    } finally {
      if (this.#reading === mine) this.#reading = undefined;
    }
  }

  /** Reads one page towards what is wanted. False when all of it is there. */
  async #step(signal: AbortSignal): Promise<boolean> {
    const [first, last] = this.#wanted;
    const pages = this.#pages;
    if (last < first) return false;
    if (this.#byTime && (first > pages.end + JUMP || last < pages.start - JUMP))
      return this.#jump(first, signal);
    if (last >= pages.end && pages.next) {
      const page = await this.#read({ cursor: pages.next }, signal);
      pages.append({ rows: page.data, prev: page.prev, next: page.next });
      if (this.exact && this.total !== undefined) this.#shifted(pages.pinEnd(this.total));
      this.version++;
      return page.data.length > 0;
    }
    if (first < pages.start && pages.prev) {
      const page = await this.#read({ cursor: pages.prev }, signal);
      const by = pages.prepend({ rows: page.data, prev: page.prev, next: page.next });
      this.version++;
      this.#shifted(by);
      return page.data.length > 0;
    }
    return false;
  }

  /**
   * Goes to the page that holds an index. Counts by time say where that is: the histogram's step, then that step
   * counted in smaller ones, until one is small enough to be read. Counts are exact, so the place is.
   */
  async #jump(index: number, signal: AbortSignal): Promise<boolean> {
    const newestFirst = this.#sort === '-time';
    let steps = this.steps();
    let above = 0;
    for (let depth = 0; ; depth++) {
      const found = stepAt(steps, index - above, newestFirst);
      if (!found) return false;
      above += found.above;
      const { step } = found;
      if (step.count > PAGE && step.to - step.from > 1 && depth < 8) {
        steps = await countSteps(
          { ...this.#asked, last: '', from: step.fromText, to: step.toText },
          FINE_STEPS,
          this.asOf,
          signal,
        );
        continue;
      }
      const page = await this.#read({ around: newestFirst ? step.toText : step.fromText }, signal);
      if (page.data.length === 0) return false;
      this.#pages.reset({ rows: page.data, prev: page.prev, next: page.next }, above);
      this.version++;
      return true;
    }
  }

  #shifted(by: number): void {
    if (by === 0) return;
    this.#wanted = [Math.max(0, this.#wanted[0] + by), this.#wanted[1] + by];
    this.onshift(by);
  }

  #read(where: { cursor: string } | { around: string }, signal: AbortSignal): Promise<LogPage> {
    return api.get<LogPage>(
      this.#path,
      { ...paramsOf(this.#asked), sort: this.#sort, limit: PAGE, as_of: this.asOf, ...where },
      signal,
    );
  }

  /**
   * Finds a log around an index that is not loaded yet, walking in one direction: for the next failed log, or the
   * neighbour of the open one. Gives its index, or −1 at the end of the list.
   */
  async find(from: number, by: 1 | -1, test: (row: LogRow) => boolean): Promise<number> {
    for (let index = from + by; index >= 0 && index < this.count; index += by) {
      if (!this.at(index)) {
        this.need(index, index);
        await this.#settled();
        if (!this.at(index)) return -1;
      }
      const row = this.at(index);
      if (row && test(row)) return index;
    }
    return -1;
  }

  async #settled(): Promise<void> {
    while (this.#reading) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Logs were appended: counts how many of them belong here. Many events in a row cost one question. */
  countArrived(then: () => void): void {
    this.#arrivals ??= setTimeout(() => {
      this.#arrivals = undefined;
      void this.#countArrived().then(then);
    }, 400);
  }

  async #countArrived(): Promise<void> {
    if (!this.#question || !this.asOf) return;
    try {
      const page = await api.get<LogPage>(this.#path, {
        ...paramsOf(this.#question),
        since: this.asOf,
        limit: 1,
      });
      this.arrived = page.total;
    } catch {
      // A count that fails says nothing; the next event asks again.
    }
  }
}
