import { address, api, ApiError, projectPath, sentence } from '../../lib/api';
import { listen } from '../../lib/events';
import { follow } from '../../lib/follow';
import { route } from '../../lib/route.svelte';
import { session } from '../../lib/session.svelte';
import { toasts, type ToastAction } from '../../lib/toast.svelte';
import { t } from '../../lib/texts';
import { token } from '../../lib/token';
import type { List, LogPage, Task } from '../../lib/types';
import { isAmong, join } from '../filters/filter.svelte';
import { paramsOf, questionOf } from '../logs/question';
import { rangeOf, sentenceOf, sumOf, type Imported } from './result';

/** Imports that this page began: it says itself what comes of them. */
const begun = new Set<string>();

/** The last question to begin imports: the event of a task may come before the answer that names it. */
let beginning: Promise<unknown> = Promise.resolve();

/** Asks for files (natively with a window, else with the browser's dialog) and imports them into the current project. */
export function chooseFiles(): void {
  if (session.state?.desktop) {
    void chooseInWindow(route.place.project);
    return;
  }
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.addEventListener('change', () => void importFiles([...(input.files ?? [])]));
  input.click();
}

async function chooseInWindow(project: string): Promise<void> {
  try {
    const { paths } = await api.post<{ paths: string[] }>('/api/desktop/open-files');
    if (paths.length === 0) return;
    const path = projectPath(project, '/imports/paths');
    const asked = api.post<List<Task>>(path, { paths, format: 'auto' });
    beginning = asked.then((tasks) => tasks.data.forEach((task) => begun.add(task.id)));
    const tasks = await asked;
    await watchImports(project, tasks.data, toasts.show(t.working, { stay: true }));
  } catch (err) {
    toasts.fail(sentence(err));
  }
}

/** Sends files one after the other and follows their imports. */
export async function importFiles(files: File[]): Promise<void> {
  if (files.length === 0) return;
  const project = route.place.project;
  const id = toasts.show(t.imports.sending(files[0]?.name ?? '', 0), { stay: true });
  const tasks: Task[] = [];
  for (const file of files) {
    try {
      if (file.size === 0) throw new Error(t.imports.empty);
      let said = 0;
      const task = await upload(project, file, (share) => {
        if (performance.now() - said < 500) return;
        said = performance.now();
        toasts.change(id, t.imports.sending(file.name, Math.floor(share * 100)), { stay: true });
      });
      begun.add(task.id);
      tasks.push(task);
    } catch (err) {
      toasts.fail(t.imports.broke(file.name, sentence(err)));
    }
  }
  if (tasks.length === 0) toasts.close(id);
  else await watchImports(project, tasks, id);
}

/** Sends one file. fetch cannot say how far it is, and reads a file into memory in some browsers; this does neither. */
function upload(project: string, file: File, onshare: (share: number) => void): Promise<Task> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open('POST', address(projectPath(project, '/imports'), { name: file.name, format: 'auto' }));
    call.setRequestHeader('Authorization', `Bearer ${token()}`);
    call.setRequestHeader('Content-Type', 'application/octet-stream');
    call.responseType = 'json';
    call.upload.addEventListener('progress', (event) => {
      if (event.lengthComputable) onshare(event.loaded / event.total);
    });
    call.addEventListener('error', () => reject(new Error(t.imports.noAnswer)));
    call.addEventListener('load', () => {
      if (call.status < 400) resolve(call.response as Task);
      else reject(new ApiError(call.status, (call.response ?? {}) as Record<string, string>));
    });
    call.send(file);
  });
}

function nameOf(task: Task): string {
  const params = task.params as { name?: string } | undefined;
  return params?.name ?? task.id;
}

/** Says how imports go on, and what came of them with the ways to go on from there. */
async function watchImports(project: string, tasks: Task[], id: number): Promise<void> {
  const first = tasks[0];
  if (!first) return;
  for (const task of tasks) begun.add(task.id);
  const details = (task: Task): ToastAction => ({
    label: t.imports.details,
    run: () => route.go({ tab: 'tasks', project, task: task.id }),
  });
  const done: Task[] = [];
  for (const task of tasks) {
    const name = nameOf(task);
    const say = (percent: number) =>
      toasts.change(id, t.imports.importing(name, percent), { stay: true, action: details(task) });
    say(0);
    let said = performance.now();
    done.push(
      await follow(project, task.id, (now) => {
        // Not more often than a screen reader can follow.
        if (performance.now() - said < 500) return;
        said = performance.now();
        say(Math.floor(now.progress));
      }),
    );
  }
  const broken = done.filter((task) => task.status !== 'DONE');
  const finished = done.filter((task) => task.status === 'DONE');
  for (const task of broken) {
    toasts.show(t.imports.broke(nameOf(task), task.message || t.imports.canceled), {
      tone: 'fail',
      action: details(task),
    });
  }
  if (finished.length === 0) {
    toasts.close(id);
    return;
  }
  const sum = sumOf(finished);
  const actions: ToastAction[] = [];
  const rejecting = finished.find((task) => (task.failed_count ?? 0) > 0);
  if (rejecting) actions.push({ ...details(rejecting), label: t.imports.show });
  if (await isOutOfSight(project, sum)) {
    actions.push({
      label: t.imports.showThem,
      run: () => route.go({ tab: 'logs', project, q: '', log: '', ...rangeOf(sum) }),
    });
  }
  if (actions.length === 0) actions.push(details(finished[0] ?? first));
  toasts.change(id, sentenceOf(sum), { stay: rejecting !== undefined || actions.length > 1, actions });
}

/** Whether imported logs lie outside of what the Logs tab shows: the server counts them. */
async function isOutOfSight(project: string, sum: Imported): Promise<boolean> {
  if (sum.added === 0 || !sum.from) return false;
  try {
    const q = await join('and', [isAmong('source', sum.sources)]);
    const here = paramsOf({ ...questionOf(route.place), q });
    const page = await api.get<LogPage>(projectPath(project, '/logs'), { ...here, limit: 1 });
    return page.total < sum.added;
  } catch {
    return true; // better a button too many than logs that nobody finds
  }
}

/**
 * In the window, dropped files go to the program itself, and so do files that a second start hands over. Their
 * imports are followed here as if the page had begun them. Ends when the returned function is called.
 */
export function watchWindow(): () => void {
  const opened = Date.now();
  return listen((event) => {
    const { kind, id, project } = event;
    if (kind !== 'task' || !id || !project || begun.has(id) || !session.state?.desktop) return;
    void beginning
      .catch(() => undefined) // who asked has said it
      .then(() => watchElsewhere(project, id, opened))
      .catch(() => undefined); // the task's line in Background Tasks says the same
  });
}

async function watchElsewhere(project: string, id: string, opened: number): Promise<void> {
  if (begun.has(id)) return;
  begun.add(id);
  const task = await api.get<Task>(projectPath(project, `/tasks/${encodeURIComponent(id)}`));
  if (task.type !== 'LOGS.IMPORT' || Date.parse(task.created_at) < opened) return;
  await watchImports(project, [task], toasts.show(t.imports.importing(nameOf(task), 0), { stay: true }));
}
