import { session } from '../../lib/session.svelte';
import { t } from '../../lib/texts';

/** The columns of the list when the link names none. Names are those of the schema: the command line takes them too. */
export const defaultColumns = ['time', 'status', 'method', 'path', 'origin', 'customer', 'duration', 'id'];

/** What is left when the drawer is open, and on a narrow screen. */
const besideDrawer = ['time', 'status', 'method', 'path'];
const narrow = ['time', 'status', 'method', 'path', 'origin', 'duration'];

export type Room = 'wide' | 'narrow' | 'drawer' | 'sliver';

/** The columns to draw: the chosen ones, or the default ones that there is room for. */
export function columnsFor(chosen: string[], room: Room): string[] {
  const all = chosen.length > 0 ? chosen : defaultColumns;
  if (room === 'drawer' || room === 'sliver') {
    const least = room === 'drawer' ? besideDrawer : ['time', 'status', 'path'];
    const few = all.filter((name) => least.includes(name));
    return few.length > 0 ? few : all.slice(0, 3);
  }
  return room === 'narrow' && chosen.length === 0 ? narrow : all;
}

const widths: Record<string, string> = {
  status: '62px',
  method: '60px',
  path: 'minmax(120px,1fr)',
  url: 'minmax(120px,1.4fr)',
  endpoint: 'minmax(120px,1fr)',
  message: 'minmax(120px,1.4fr)',
  origin: '100px',
  customer: '132px',
  user: '150px',
  duration: '76px',
  id: '152px',
  result: '72px',
  'request.size': '76px',
  'response.size': '76px',
};

/** How much of a time there is room for: one of another year needs its year, one beside the drawer no day. */
export type TimeStyle = 'second' | 'clock' | 'day' | 'year';

/** The track of a column. */
export function widthOf(name: string, time: TimeStyle): string {
  if (name === 'time') return { second: '64px', clock: '96px', day: '148px', year: '182px' }[time];
  return widths[name] ?? 'minmax(80px,150px)';
}

export const numeric = new Set(['duration', 'request.size', 'response.size']);

/** Columns that a click on the head orders by. */
export const sortable = new Set(['time', 'status', 'origin']);

export function columnLabel(name: string): string {
  if (name === 'customer') return t.logs.customerOrUser;
  return session.schema?.columns.find((c) => c.name === name)?.label ?? name;
}
