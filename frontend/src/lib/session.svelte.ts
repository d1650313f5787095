import { api, watch } from './api';
import { listen } from './events';
import { token } from './token';
import type { Project, Schema, ServerState } from './types';

/** The server as the page knows it: whether it is there, what it holds, which fields there are. */
class Session {
  /** `refused`: no token or a wrong one. `lost`: no answer at the moment; it is tried again by itself. */
  connection = $state<'ok' | 'lost' | 'refused'>(token() ? 'ok' : 'refused');
  /** Grows each time the server is back after it was lost: read again what you show. */
  returns = $state(0);
  state = $state.raw<ServerState>();
  schema = $state.raw<Schema>();

  #asking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    watch({
      refused: () => {
        this.connection = 'refused';
      },
      reached: (yes) => {
        if (this.connection === 'refused') return;
        if (yes && this.connection === 'lost') this.returns++;
        this.connection = yes ? 'ok' : 'lost';
        if (!yes) void this.#knock();
      },
    });
  }

  /** Reads state and schema, and keeps the state fresh. Call once. */
  async open(): Promise<void> {
    listen((event) => {
      if (event.kind !== 'alive' && event.kind !== 'hello' && event.kind !== 'view') this.refreshSoon();
    });
    await Promise.all([this.refresh(), this.#readSchema()]);
  }

  project(idOrName: string): Project | undefined {
    return this.state?.projects.find((p) => p.id === idOrName || p.name === idOrName);
  }

  async refresh(): Promise<void> {
    try {
      this.state = await api.get<ServerState>('/api/state');
    } catch {
      // The watcher knows; the banner or the page without token says it.
    }
  }

  /** Many events in a row cost one question. */
  refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.refresh();
    }, 300);
  }

  async #readSchema(): Promise<void> {
    try {
      this.schema = await api.get<Schema>('/api/schema');
    } catch {
      // As above; it is read again when the server is back.
    }
  }

  /** Knocks every second until somebody answers. */
  async #knock(): Promise<void> {
    if (this.#asking) return;
    this.#asking = true;
    while (this.connection === 'lost') {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await api.get('/api/health').catch(() => undefined);
    }
    this.#asking = false;
    // A server that was started anew has another token: ask for something that needs one.
    await this.refresh();
    if (!this.schema) await this.#readSchema();
  }
}

export const session = new Session();
