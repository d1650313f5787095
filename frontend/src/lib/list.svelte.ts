import { api, ApiError, isAbort, projectPath, sentence } from './api';
import type { List } from './types';

const PAGE = 100;

/**
 * A list of the catalog (tasks, exports), newest first, read page after page as it is scrolled to. What is shown is
 * refreshed as a whole when something changed: pages are small, and a row may have come or gone anywhere.
 */
export class CatalogList<T extends { id: string }> {
  rows = $state.raw<T[]>([]);
  /** All there are; undefined until the first answer. */
  total = $state<number>();
  tookMs = $state<number>();
  busy = $state(false);
  error = $state('');
  /** The filter that was asked does not parse. */
  fault = $state.raw<ApiError>();
  readonly #what: 'tasks' | 'exports';
  #project = '';
  #q = '';
  #next = '';
  #asking: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;

  constructor(what: 'tasks' | 'exports') {
    this.#what = what;
  }

  /** Asks another question, from the top. */
  ask(project: string, q: string): void {
    if (project !== this.#project) {
      this.rows = [];
      this.total = undefined;
    }
    this.#project = project;
    this.#q = q;
    void this.#read(PAGE);
  }

  /** Reads again what is shown. Many calls in a row cost one question. */
  refreshSoon(): void {
    this.#wanted = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (!this.#wanted) return;
      this.#wanted = false;
      void this.#read(Math.max(PAGE, this.rows.length));
    }, 250);
  }

  at(index: number): T | undefined {
    return this.rows[index];
  }

  indexOf(id: string): number {
    return this.rows.findIndex((row) => row.id === id);
  }

  /** The rows up to an index are wanted. */
  need(last: number): void {
    if (last < this.rows.length || !this.#next || this.busy) return;
    void this.#more(last);
  }

  async #read(count: number): Promise<void> {
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    this.busy = true;
    const begin = performance.now();
    try {
      const rows: T[] = [];
      let next = '';
      let total = 0;
      do {
        const page = await this.#page(Math.min(1000, count - rows.length), next, mine.signal);
        rows.push(...page.data);
        next = page.next ?? '';
        total = page.total ?? rows.length;
      } while (next && rows.length < count);
      this.rows = rows;
      this.total = total;
      this.#next = next;
      this.tookMs = performance.now() - begin;
      this.error = '';
      this.fault = undefined;
    } catch (err) {
      this.#failed(err);
    }
    if (this.#asking === mine) this.busy = false;
  }

  async #more(last: number): Promise<void> {
    this.#asking?.abort();
    const mine = (this.#asking = new AbortController());
    this.busy = true;
    try {
      while (this.#next && this.rows.length <= last) {
        const page = await this.#page(PAGE, this.#next, mine.signal);
        this.rows = [...this.rows, ...page.data.filter((row) => this.indexOf(row.id) < 0)];
        this.#next = page.next ?? '';
        this.total = page.total ?? this.total;
      }
    } catch (err) {
      this.#failed(err);
    }
    if (this.#asking === mine) this.busy = false;
  }

  #page(limit: number, cursor: string, signal: AbortSignal): Promise<List<T>> {
    return api.get<List<T>>(
      projectPath(this.#project, `/${this.#what}`),
      { q: this.#q, limit, cursor },
      signal,
    );
  }

  #failed(err: unknown): void {
    if (isAbort(err)) return;
    if (err instanceof ApiError && err.key === 'invalid_filter') this.fault = err;
    else this.error = sentence(err);
  }
}
