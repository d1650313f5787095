/**
 * What the page shows, as a link: `/?tab=logs&project=default&q=…&last=24h`. The same link works in the window,
 * in a browser and on the command line (`projectlogs open LINK`). It never carries a token.
 */
export type Tab = 'logs' | 'tasks' | 'exports';

export interface Place {
  tab: Tab;
  project: string;
  /** The filter as text. */
  q: string;
  /** `24h`, `all` or any duration. Empty when from and to say the range. */
  last: string;
  from: string;
  to: string;
  /** `UTC`, `local` or a zone's name. */
  tz: string;
  /** Chosen columns; empty is the default set. */
  columns: string[];
  sort: string;
  /** The ids of what is open beside the lists. */
  log: string;
  task: string;
  export: string;
}

export const DEFAULT_LAST = '24h';
export const DEFAULT_SORT = '-time';

export function defaultPlace(): Place {
  return {
    tab: 'logs',
    project: 'default',
    q: '',
    last: DEFAULT_LAST,
    from: '',
    to: '',
    tz: '',
    columns: [],
    sort: DEFAULT_SORT,
    log: '',
    task: '',
    export: '',
  };
}

export function parsePlace(search: string): Place {
  const query = new URLSearchParams(search);
  const text = (name: string) => query.get(name) ?? '';
  const place = defaultPlace();
  const tab = text('tab');
  if (tab === 'tasks' || tab === 'exports') place.tab = tab;
  place.project = text('project') || place.project;
  place.q = text('q');
  place.from = text('from');
  place.to = text('to');
  place.last = place.from || place.to ? '' : text('last') || place.last;
  place.tz = text('tz');
  place.columns = text('columns').split(',').filter(Boolean);
  place.sort = text('sort') || place.sort;
  place.log = text('log');
  place.task = text('task');
  place.export = text('export');
  return place;
}

/** The shortest link to a place: what is as usual is left out, but tab, project and range always stand in it. */
export function formatPlace(place: Place): string {
  const query = new URLSearchParams();
  const add = (name: string, value: string) => {
    if (value) query.set(name, value);
  };
  add('tab', place.tab);
  add('project', place.project);
  add('q', place.q);
  if (place.from || place.to) {
    add('from', place.from);
    add('to', place.to);
  } else {
    add('last', place.last);
  }
  add('tz', place.tz);
  add('columns', place.columns.join(','));
  if (place.sort !== DEFAULT_SORT) add('sort', place.sort);
  add('log', place.log);
  add('task', place.task);
  add('export', place.export);
  // Commas and colons are legal in a query and far easier to read than their escapes.
  return '/?' + query.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}
