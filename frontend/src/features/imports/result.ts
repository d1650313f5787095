import { t } from '../../lib/texts';
import type { Task } from '../../lib/types';

/** What one or several imports came to. */
export interface Imported {
  added: number;
  skipped: number;
  rejected: number;
  /** The times of the imported logs. */
  from: string;
  to: string;
  sources: string[];
}

/** Adds up the results of finished imports. */
export function sumOf(tasks: Task[]): Imported {
  const sum: Imported = { added: 0, skipped: 0, rejected: 0, from: '', to: '', sources: [] };
  for (const task of tasks) {
    const result = (task.result ?? {}) as Partial<Record<string, unknown>>;
    sum.added += number(result['added']);
    sum.skipped += number(result['skipped']);
    sum.rejected += number(result['rejected']);
    const { from, to, source } = result;
    if (typeof from === 'string' && (!sum.from || Date.parse(from) < Date.parse(sum.from))) sum.from = from;
    if (typeof to === 'string' && (!sum.to || Date.parse(to) > Date.parse(sum.to))) sum.to = to;
    if (typeof source === 'string') sum.sources.push(source);
  }
  return sum;
}

const number = (value: unknown) => (typeof value === 'number' ? value : 0);

/** “Imported 9,998 logs; 2 lines rejected.” */
export function sentenceOf(sum: Imported): string {
  if (sum.added === 0 && sum.rejected === 0 && sum.skipped > 0)
    return `${t.imports.nothingNew(sum.skipped)}.`;
  const parts = [t.imports.imported(sum.added)];
  if (sum.skipped > 0) parts.push(t.imports.skipped(sum.skipped));
  if (sum.rejected > 0) parts.push(t.imports.rejected(sum.rejected));
  return `${parts.join('; ')}.`;
}

/** A range that has all logs from the first to the last: its end is exclusive. */
export function rangeOf(sum: Imported): { from: string; to: string; last: string } {
  const first = Math.floor(Date.parse(sum.from) / 1000) * 1000;
  const end = Math.floor(Date.parse(sum.to) / 1000) * 1000 + 1000;
  return { from: new Date(first).toISOString(), to: new Date(end).toISOString(), last: '' };
}
