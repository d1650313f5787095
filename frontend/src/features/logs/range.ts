import { clock, day, fullTime, hms, two, zoneOffset } from '../../lib/format';
import { t } from '../../lib/texts';

/** A range in words: `Last 24 hours`, `12 Mar 09:00 to 10:45`, `since 12 Mar 09:00`. */
export function rangeText(range: { last: string; from: string; to: string }, zone: string): string {
  if (!range.from && !range.to) {
    return t.range.lasts.find(([value]) => value === range.last)?.[1] ?? t.range.last(range.last);
  }
  const year = new Date().getUTCFullYear();
  const from = range.from ? momentText(range.from, zone, year) : '';
  if (!range.to) return t.range.since(from);
  const to = momentText(range.to, zone, year);
  if (!range.from) return t.range.until(to);
  const sameDay = from.slice(0, from.lastIndexOf(' ')) === to.slice(0, to.lastIndexOf(' '));
  return `${from} to ${sameDay ? to.slice(to.lastIndexOf(' ') + 1) : to}`;
}

function momentText(time: string, zone: string, year: number): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const c = clock(at, zone);
  const seconds = c.second !== 0 || c.ms !== 0;
  return `${day(c, year)} ${seconds ? hms(c) : `${two(c.hour)}:${two(c.minute)}`}`;
}

/** A time as it stands in a field: 2026-03-12 09:30:00. */
export function editable(time: string, zone: string): string {
  const at = Date.parse(time);
  if (Number.isNaN(at)) return time;
  const c = clock(at, zone);
  const ms = c.ms ? '.' + String(c.ms).padStart(3, '0') : '';
  return `${c.year}-${two(c.month + 1)}-${two(c.day)} ${hms(c)}${ms}`;
}

/** Reads what somebody typed on the clock of a zone; undefined when it is no time. */
export function readTime(text: string, zone: string): number | undefined {
  const trimmed = text.trim();
  if (/[zZ]$|[+-]\d\d:?\d\d$/.test(trimmed) && /\d[T ]\d/.test(trimmed)) {
    const at = Date.parse(trimmed.replace(' ', 'T'));
    return Number.isNaN(at) ? undefined : at;
  }
  const match =
    /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?)?)?$/.exec(
      trimmed,
    );
  if (!match) return undefined;
  const [year, month, date, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Number((match[7] ?? '0').padEnd(3, '0'));
  const wall = Date.UTC(year ?? 0, (month ?? 1) - 1, date, hour, minute, second, ms);
  const c = clock(wall, 'UTC');
  // 2026-02-31 and 25:00 roll over: they are no times.
  if (c.month + 1 !== month || c.day !== date || c.hour !== hour || c.minute !== minute) return undefined;
  const guess = wall - zoneOffset(wall, zone);
  return wall - zoneOffset(guess, zone);
}

/** The title of a range chip: its exact edges. */
export function rangeTitle(range: { from: string; to: string }, zone: string): string {
  const edge = (time: string) => (time ? fullTime(time, zone, false) : '…');
  return range.from || range.to ? `${edge(range.from)} to ${edge(range.to)}` : '';
}
