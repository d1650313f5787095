/** How numbers, sizes and times read. Pure, and quick enough for every cell of a scrolling list. */

/** 12,345 */
export function count(n: number): string {
  const text = String(Math.abs(Math.round(n)));
  let out = '';
  for (let i = 0; i < text.length; i++) {
    if (i > 0 && (text.length - i) % 3 === 0) out += ',';
    out += text.charAt(i);
  }
  return n < 0 ? '−' + out : out;
}

/** "1 log", "12,345 logs" */
export function counted(n: number, one: string, many = one + 's'): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** 318 B, 44 kB, 2.8 MB */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  let value = n;
  let unit = '';
  for (const next of ['kB', 'MB', 'GB', 'TB']) {
    value /= 1000;
    unit = next;
    if (value < 999.5) break;
  }
  return `${value < 9.95 ? value.toFixed(1) : count(value)} ${unit}`;
}

/** How long an answer took: 0.8 ms, 12 ms, 1.2 s */
export function took(ms: number): string {
  if (ms < 10) return `${Math.max(0.1, ms).toFixed(1)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return span(ms);
}

/** The number of a duration in milliseconds: one decimal below ten. */
export function millis(ms: number): string {
  if (ms > 0 && ms < 9.95) return ms.toFixed(1);
  return count(ms);
}

/** 416 ms, 8.1 s, 11 min, 3 h, 56 days */
export function span(ms: number): string {
  const abs = Math.abs(ms);
  if (abs < 1000) return `${Math.round(abs)} ms`;
  if (abs < 60_000) return `${(abs / 1000).toFixed(1)} s`;
  if (abs < 3_600_000) return `${Math.round(abs / 60_000)} min`;
  if (abs < 48 * 3_600_000) return `${Math.round(abs / 3_600_000)} h`;
  return `${count(abs / 86_400_000)} days`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment on the clock of a zone. */
export interface Clock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
}

const zones = new Map<string, Intl.DateTimeFormat>();

/** True for `UTC`, `local` and every zone that this machine knows. */
export function knownZone(zone: string): boolean {
  if (zone === 'UTC' || zone === 'local') return true;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

export function clock(at: number, zone: string): Clock {
  const d = new Date(at);
  if (zone === 'UTC') {
    return {
      year: d.getUTCFullYear(),
      month: d.getUTCMonth(),
      day: d.getUTCDate(),
      hour: d.getUTCHours(),
      minute: d.getUTCMinutes(),
      second: d.getUTCSeconds(),
      ms: d.getUTCMilliseconds(),
    };
  }
  if (zone === 'local') {
    return {
      year: d.getFullYear(),
      month: d.getMonth(),
      day: d.getDate(),
      hour: d.getHours(),
      minute: d.getMinutes(),
      second: d.getSeconds(),
      ms: d.getMilliseconds(),
    };
  }
  return clock(at + zoneOffset(at, zone), 'UTC');
}

/** How far a zone is ahead of UTC at a moment, in milliseconds. */
export function zoneOffset(at: number, zone: string): number {
  if (zone === 'UTC') return 0;
  if (zone === 'local') return -new Date(at).getTimezoneOffset() * 60_000;
  let format = zones.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    zones.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const p of format.formatToParts(at)) part[p.type] = Number(p.value);
  const wall = Date.UTC(
    part['year'] ?? 0,
    (part['month'] ?? 1) - 1,
    part['day'] ?? 1,
    part['hour'] ?? 0,
    part['minute'] ?? 0,
    part['second'] ?? 0,
  );
  return wall - Math.floor(at / 1000) * 1000;
}

export function two(n: number): string {
  return n < 10 ? '0' + n : String(n);
}

/** 12 Mar, or 12 Mar 2015 when that is another year than `year`. */
export function day(c: Clock, year?: number): string {
  const text = `${c.day} ${months[c.month] ?? ''}`;
  return year === undefined || c.year === year ? text : `${text} ${c.year}`;
}

/** 11:42:07 */
export function hms(c: Clock): string {
  return `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`;
}

/** .318 */
export function fraction(c: Clock): string {
  return '.' + String(c.ms).padStart(3, '0');
}

/** 12 Mar 2026 11:42:07.318, or without milliseconds */
export function fullTime(at: number | string, zone: string, ms = true): string {
  const moment = typeof at === 'string' ? Date.parse(at) : at;
  if (Number.isNaN(moment)) return String(at);
  const c = clock(moment, zone);
  return `${day(c)} ${c.year} ${hms(c)}${ms ? fraction(c) : ''}`;
}

/** What stands behind a time: UTC, or +01:00 for other zones. */
export function zoneLabel(zone: string, at = Date.now()): string {
  if (zone === 'UTC') return 'UTC';
  const minutes = Math.round(zoneOffset(at, zone) / 60_000);
  const sign = minutes < 0 ? '−' : '+';
  return `${sign}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}
