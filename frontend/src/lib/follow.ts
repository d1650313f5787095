import { api, projectPath } from './api';
import { listen } from './events';
import type { Task } from './types';

/**
 * Waits until a task has its last state, and says on the way how it stands. The server's events say when to look; a
 * look that fails is made up for by the next event, as the page says `missed` whenever it was away.
 */
export function follow(project: string, id: string, onchange: (task: Task) => void): Promise<Task> {
  const path = projectPath(project, `/tasks/${encodeURIComponent(id)}`);
  return new Promise((resolve) => {
    let looking = false;
    let again = false;
    const off = listen((event) => {
      if (event.kind === 'missed' || (event.kind === 'task' && event.id === id)) void look();
    });
    async function look() {
      if (looking) {
        again = true;
        return;
      }
      looking = true;
      do {
        again = false;
        const task = await api.get<Task>(path).catch(() => undefined);
        if (!task) continue;
        if (task.status !== 'IN_PROGRESS' && task.status !== 'ENQUEUED') {
          off();
          resolve(task);
          return;
        }
        onchange(task);
      } while (again);
      looking = false;
    }
    void look();
  });
}
