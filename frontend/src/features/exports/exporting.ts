import { api, projectPath, sentence } from '../../lib/api';
import { downloadExport, saveInWindow } from '../../lib/download';
import { follow } from '../../lib/follow';
import { bytes } from '../../lib/format';
import { route } from '../../lib/route.svelte';
import { session } from '../../lib/session.svelte';
import { toasts } from '../../lib/toast.svelte';
import { t } from '../../lib/texts';
import type { Export } from '../../lib/types';
import type { MarkKind } from '../../lib/components/Mark.svelte';
import type { ExportStatus } from '../../lib/types';

export function exportMark(status: ExportStatus): MarkKind {
  switch (status) {
    case 'SCHEDULED':
      return 'enqueued';
    case 'IN_PROGRESS':
      return 'progress';
    case 'DONE':
      return 'done';
    case 'ERROR':
      return 'failure';
  }
}

/** The last part of a path of any machine. */
export function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** What the copy is called when it is saved. */
export function nameOf(of: Export): string {
  return of.file ? fileName(of.file) : `${of.id}.${of.format}`;
}

/** Gives the copy to the person: by the browser's download, or by the window's dialog. */
export async function download(project: string, of: Export): Promise<void> {
  try {
    if (!session.state?.desktop) {
      await downloadExport(project, of.id);
      return;
    }
    const path = await saveInWindow(project, nameOf(of), { export: of.id });
    if (path) toasts.show(t.exports.saved(path));
  } catch (err) {
    toasts.fail(sentence(err));
  }
}

/** Says how an export goes on, and offers the copy when it is there. */
export async function watchExport(project: string, of: Export): Promise<void> {
  const details = {
    label: t.imports.details,
    run: () => route.go({ tab: 'exports', project, export: of.id }),
  };
  const id = toasts.show(t.exports.started, { stay: true, action: details });
  let said = 0;
  await follow(project, of.task_id ?? '', (task) => {
    // Not more often than a screen reader can follow.
    if (performance.now() - said < 1000) return;
    said = performance.now();
    toasts.change(id, t.exports.progress(Math.floor(task.progress)), { stay: true, action: details });
  });
  try {
    const done = await api.get<Export>(projectPath(project, `/exports/${encodeURIComponent(of.id)}`));
    if (done.status === 'DONE') {
      toasts.change(id, t.exports.done(done.rows ?? 0, bytes(done.bytes ?? 0)), {
        stay: true,
        action: { label: t.exports.download, run: () => void download(project, done) },
      });
    } else {
      toasts.change(id, t.exports.failed(done.message ?? ''), { tone: 'fail', action: details });
    }
  } catch (err) {
    toasts.change(id, sentence(err), { tone: 'fail' });
  }
}
