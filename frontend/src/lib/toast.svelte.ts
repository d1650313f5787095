/** A sentence at the bottom of the page, perhaps with something to do (Undo, Show). */
export interface Toast {
  id: number;
  text: string;
  tone: 'plain' | 'fail';
  actions: ToastAction[];
}

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface ToastOptions {
  tone?: Toast['tone'];
  action?: ToastAction | undefined;
  /** Where one is not enough. */
  actions?: ToastAction[];
  stay?: boolean;
}

class Toasts {
  list = $state.raw<Toast[]>([]);
  #next = 1;

  /**
   * Shows a sentence for 8 seconds; failures and what is told to stay, until they are closed. Returns its id for
   * `close` and `change`.
   */
  show(text: string, options: ToastOptions = {}): number {
    const id = this.#next++;
    this.list = [...this.list.slice(-3), { id, text, tone: 'plain', actions: [] }];
    this.change(id, text, options);
    return id;
  }

  /** Puts another sentence in the place of one: progress, and what came of it. One that was closed stays closed. */
  change(id: number, text: string, options: ToastOptions = {}): void {
    const tone = options.tone ?? 'plain';
    const actions = options.actions ?? (options.action ? [options.action] : []);
    this.list = this.list.map((t) => (t.id === id ? { id, text, tone, actions } : t));
    if (tone === 'plain' && !options.stay) setTimeout(() => this.close(id), 8000);
  }

  fail(text: string): number {
    return this.show(text, { tone: 'fail' });
  }

  close(id: number): void {
    this.list = this.list.filter((t) => t.id !== id);
  }
}

export const toasts = new Toasts();
