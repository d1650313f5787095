/**
 * A window of pages on a long list that is read with cursors, in both directions. It knows where its first row
 * stands in the whole list: exactly, once one end was reached; by estimate, after a jump into the middle.
 *
 * Memory stays the same however far one scrolls: pages that are far away are let go and read again.
 */
export interface PageOf<T> {
  rows: T[];
  prev?: string | undefined;
  next?: string | undefined;
}

export class Pages<T> {
  #pages: PageOf<T>[] = [];
  /** The index of the first loaded row in the whole list. */
  start = 0;

  constructor(private readonly most = 12) {}

  get loaded(): number {
    return this.#pages.reduce((n, page) => n + page.rows.length, 0);
  }

  get end(): number {
    return this.start + this.loaded;
  }

  /** The cursor of what comes before the loaded rows, or after them; none at that end of the list. */
  get prev(): string | undefined {
    return this.#pages[0]?.prev || undefined;
  }
  get next(): string | undefined {
    return this.#pages.at(-1)?.next || undefined;
  }

  at(index: number): T | undefined {
    let i = index - this.start;
    if (i < 0) return undefined;
    for (const page of this.#pages) {
      if (i < page.rows.length) return page.rows[i];
      i -= page.rows.length;
    }
    return undefined;
  }

  indexOf(test: (row: T) => boolean): number {
    let index = this.start;
    for (const page of this.#pages) {
      for (const row of page.rows) {
        if (test(row)) return index;
        index++;
      }
    }
    return -1;
  }

  /** Begins anew with one page that stands at `start`. */
  reset(page: PageOf<T>, start: number): void {
    this.#pages = [page];
    this.start = page.prev ? start : 0;
  }

  append(page: PageOf<T>): void {
    this.#pages.push(page);
    while (this.#pages.length > this.most) {
      this.start += this.#pages.shift()?.rows.length ?? 0;
    }
  }

  /**
   * Puts a page before the others. Returns by how much all indexes grew, because more rows stand above than was
   * estimated; negative where there are fewer.
   */
  prepend(page: PageOf<T>): number {
    this.#pages.unshift(page);
    while (this.#pages.length > this.most) this.#pages.pop();
    this.start -= page.rows.length;
    const right = page.prev ? Math.max(this.start, page.rows.length) : 0;
    // An estimate is kept as long as it can be true: there is room above for what is still to come.
    const by = page.prev && this.start > 0 ? 0 : right - this.start;
    this.start += by;
    return by;
  }

  /** The list's end is reached and the rows before it are counted: the estimate becomes exact. Returns the growth. */
  pinEnd(total: number): number {
    if (this.next) return 0;
    const by = total - this.end;
    this.start += by;
    return by;
  }
}
