import { bytes, count, span } from '../../lib/format';
import { t } from '../../lib/texts';
import type { MarkKind } from '../../lib/components/Mark.svelte';
import type { Schema, Task, TaskOutcome, TaskStatus } from '../../lib/types';

/** The shape of a status. Done is not success: the outcome has a shape of its own. */
export function taskMark(status: TaskStatus): MarkKind {
  switch (status) {
    case 'ENQUEUED':
      return 'enqueued';
    case 'IN_PROGRESS':
      return 'progress';
    case 'DONE':
      return 'done';
    case 'FAILED':
      return 'failure';
    case 'CANCELED':
      return 'canceled';
    case 'INTERRUPTED':
      return 'interrupted';
  }
}

export function outcomeMark(outcome: TaskOutcome): MarkKind | undefined {
  return outcome === 'SUCCESS' ? 'success' : outcome === 'FAILED' ? 'failure' : undefined;
}

/** Nothing more will happen by itself. */
export function ended(task: Task): boolean {
  return task.status === 'DONE' || task.status === 'FAILED' || task.status === 'CANCELED';
}

/** The label of a type; a type that nobody knows is its own label. */
export function typeLabel(schema: Schema | undefined, type: string): string {
  return schema?.task_types.find((known) => known.type === type)?.label ?? type;
}

export function statusLabel(schema: Schema | undefined, status: string): string {
  return schema?.task_statuses[status] ?? status;
}

/** The colour of a progress bar. */
export function barTone(task: Task): 'run' | 'done' | 'stop' {
  if (task.status === 'FAILED') return 'stop';
  return task.status === 'IN_PROGRESS' || task.status === 'ENQUEUED' ? 'run' : 'done';
}

/** "41.2 MB/s, 18 s left" while a task runs and its rate is known. */
export function pace(task: Task): string {
  if (task.status !== 'IN_PROGRESS' || !task.rate) return '';
  const rate = t.tasks.rate(task.rate, task.unit ?? '');
  const rest = (task.of ?? 0) - (task.done ?? 0);
  if (rest <= 0) return rate;
  return `${rate}, ${t.tasks.left(span((rest / task.rate) * 1000))}`;
}

/** "1.2 of 3.4 MB", "120 of 4,000 logs": how much is done of how much. */
export function amount(task: Task): string {
  if (!task.of) return '';
  const write = task.unit === 'bytes' ? bytes : count;
  const unit = task.unit && task.unit !== 'bytes' ? ` ${task.unit}` : '';
  return t.tasks.of(write(task.done ?? 0), write(task.of)) + unit;
}

/** Rows that are worth a number: none for tasks that count nothing. */
export function rowsOf(task: Task): string {
  if (!task.done_count && !task.failed_count && task.status !== 'DONE') return '–';
  return count(task.done_count ?? 0);
}

/** What a JSON object of a task says, as a member with a type one can use. */
export function member(object: unknown, name: string): unknown {
  return typeof object === 'object' && object !== null
    ? (object as Record<string, unknown>)[name]
    : undefined;
}

/** The export that an export's task makes. */
export function exportOf(task: Task): string {
  const id = member(task.params, 'export');
  return typeof id === 'string' ? id : '';
}

/** The time range of the logs that an import brought. */
export function importedRange(task: Task): { from: string; to: string; source: string } | undefined {
  const from = member(task.result, 'from');
  const to = member(task.result, 'to');
  const source = member(task.result, 'source');
  if (typeof from !== 'string' || typeof to !== 'string') return undefined;
  // A range ends before its end: the newest log must be inside.
  const end = new Date(Math.floor(Date.parse(to) / 1000) * 1000 + 1000).toISOString();
  return { from, to: end, source: typeof source === 'string' ? source : '' };
}
