import { clock, day, hms, two, zoneOffset } from '../../lib/format';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const paces = [
  1 * SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND,
  1 * MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
  1 * HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
  1 * DAY, 2 * DAY, 7 * DAY, 14 * DAY, 30 * DAY, 90 * DAY, 180 * DAY, 365 * DAY,
]; // prettier-ignore

export interface Tick {
  at: number;
  text: string;
}

/** Round moments between two others, at most `most` of them, with the day wherever it changes. */
export function ticksOf(from: number, to: number, zone: string, most: number): Tick[] {
  if (!(to > from)) return [];
  const pace =
    paces.find((p) => (to - from) / p <= most) ?? Math.ceil((to - from) / most / DAY / 365) * 365 * DAY;
  const ticks: Tick[] = [];
  const year = new Date().getFullYear();
  // Round on the zone's clock: midnight there, not midnight UTC.
  const offset = zoneOffset(from, zone);
  let lastDay = '';
  for (let at = Math.ceil((from + offset) / pace) * pace - offset; at <= to; at += pace) {
    const c = clock(at, zone);
    const date = day(c, year);
    const time = pace < MINUTE ? hms(c) : `${two(c.hour)}:${two(c.minute)}`;
    ticks.push({ at, text: pace >= DAY ? date : date === lastDay ? time : `${date} ${time}` });
    lastDay = date;
  }
  return ticks;
}

/** How exactly the edges of a step are to be told. */
export function edgeText(at: number, zone: string, step: number): string {
  const c = clock(at, zone);
  if (step >= DAY) return day(c);
  if (step >= MINUTE) return `${two(c.hour)}:${two(c.minute)}`;
  return hms(c);
}
