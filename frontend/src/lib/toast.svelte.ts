/** A sentence at the bottom of the page, perhaps with one thing to do (Undo, Show). */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'fail';
  action?: { label: string; run: () => void } | undefined;
}

class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  /** Shows a sentence for 8 seconds; failures stay until they are closed. Returns its id for `close`. */
  show(text: string, options: { tone?: Toast['tone']; action?: Toast['action'] } = {}): number {
    const id = this.#next++;
    const tone = options.tone ?? 'plain';
    this.list = [...this.list.slice(-3), { id, text, tone, action: options.action }];
    if (tone === 'plain') setTimeout(() => this.close(id), 8000);
    return id;
  }

  fail(text: string): number {
    return this.show(text, { tone: 'fail' });
  }

  close(id: number): void {
    this.list = this.list.filter((t) => t.id !== id);
  }
}

export const toasts = new Toasts();
