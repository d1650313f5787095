/**
 * Places in a list that may be far higher than a browser can scroll (about 15 million pixels).
 *
 * While the list fits, a pixel of the scrollbar is a pixel of the list. When it does not, small movements (wheel,
 * keys, touch) still move the list pixel by pixel, and only a long way (dragging the thumb) is scaled. In between
 * the thumb is a little off its place; `settled` says where it belongs once the movement has ended.
 */
export const MAX_HEIGHT = 8_000_000;

export class ScrollMap {
  /** Pixels of the list above the first visible one. */
  place = 0;
  #top = 0;
  #content = 0;
  #view = 0;

  /** The height to give to the scrolled element. */
  get height(): number {
    return Math.min(this.#content, MAX_HEIGHT);
  }

  get #exact(): boolean {
    return this.#content <= MAX_HEIGHT;
  }

  get #end(): number {
    return Math.max(0, this.#content - this.#view);
  }

  /** Tells how high all rows are and how much of them is visible. */
  resize(content: number, view: number): void {
    this.#content = content;
    this.#view = view;
    this.place = Math.min(this.place, this.#end);
  }

  /** The scrollbar stands at `top` now. Returns the place in the list. */
  scrolled(top: number): number {
    const step = top - this.#top;
    if (this.#exact) this.place = top;
    else if (Math.abs(step) > 3 * this.#view) this.place = this.#placeOf(top);
    else this.place += step;
    this.place = Math.max(0, Math.min(this.place, this.#end));
    this.#top = top;
    return this.place;
  }

  /** The `top` that belongs to the place: set the scrollbar there, then call `moved` with what it made of it. */
  settled(): number {
    if (this.#exact) return this.place;
    const room = MAX_HEIGHT - this.#view;
    return this.#end === 0 ? 0 : (this.place / this.#end) * room;
  }

  moved(top: number): void {
    this.#top = top;
  }

  #placeOf(top: number): number {
    const room = MAX_HEIGHT - this.#view;
    return room <= 0 ? 0 : (top / room) * this.#end;
  }
}
