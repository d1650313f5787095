import { api, projectPath } from '../../lib/api';
import { listen } from '../../lib/events';
import type { List, Task } from '../../lib/types';

/** How many tasks of the project run and how many failed: the tab's number and the filter's. */
class Running {
  running = $state(0);
  failed = $state(0);
  #project = '';
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Follows a project until the returned function is called. */
  follow(project: string): () => void {
    this.#project = project;
    this.running = 0;
    this.failed = 0;
    this.#soon();
    return listen((event) => {
      if (event.kind === 'task' || event.kind === 'missed') this.#soon();
    });
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#read();
    }, 300);
  }

  async #read(): Promise<void> {
    const project = this.#project;
    try {
      const [running, failed] = await Promise.all([
        countOf(project, 'status:(IN_PROGRESS OR ENQUEUED)'),
        countOf(project, 'status:FAILED OR outcome:FAILED'),
      ]);
      if (project !== this.#project) return;
      this.running = running;
      this.failed = failed;
    } catch {
      // The page says elsewhere when the server is away.
    }
  }
}

async function countOf(project: string, q: string): Promise<number> {
  const page = await api.get<List<Task>>(projectPath(project, '/tasks'), { q, limit: 1 });
  return page.total ?? page.data.length;
}

export const running = new Running();
