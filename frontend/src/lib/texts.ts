/** Every word of the page, in one place. Features have a section each; what several use stands at the top. */
import { count, counted } from './format';

export const t = {
  app: 'Project Logs',
  close: 'Close',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  undo: 'Undo',
  more: 'More',
  working: 'Working',
  messages: 'Messages',
  tryAgain: 'Try again',

  header: {
    project: 'Project',
    tabs: { logs: 'Logs', tasks: 'Background Tasks', exports: 'Exports' },
    listening: 'listening',
    lost: 'no connection',
    copyAddress: (address: string) => `Server: listening on ${address}, copy the address`,
    theme: 'Theme',
    light: 'Light',
    dark: 'Dark',
    system: 'As the system',
    settings: 'Settings',
    import: 'Import',
    running: (n: number) => `${counted(n, 'task')} running`,
  },

  refused: {
    title: 'This page has no valid token',
    text: 'Project Logs answers only pages that it opened itself. Its token is new at each start, so a bookmark or a copied link has none.',
    how: 'Open the page again from a terminal on this machine:',
    command: 'projectlogs open',
    window: 'In the window of Project Logs, close it and start it again.',
  },

  lost: {
    text: 'Project Logs does not answer. What you see is from before; it goes on by itself when the program is back.',
  },

  projects: {
    create: 'New project…',
    rename: 'Rename…',
    delete: 'Delete…',
    name: 'Name',
    createTitle: 'New project',
    createAbout: 'Logs, tasks, exports, keys and views belong to one project.',
    createButton: 'Create',
    renameTitle: (name: string) => `Rename ${name}`,
    renameButton: 'Rename',
    deleteTitle: (name: string) => `Delete ${name}?`,
    deleteAbout: (logs: number | undefined) =>
      logs === undefined
        ? 'Its logs, tasks, exports, keys and views are removed from this machine. This cannot be undone.'
        : `${counted(logs, 'log')} and the project's tasks, exports, keys and views are removed from this machine. This cannot be undone.`,
    deleteType: (name: string) => `Type ${name} to confirm`,
    deleteButton: 'Delete project',
    deleted: (name: string) => `${name} is being deleted.`,
    builtin: 'built in',
  },

  footer: {
    logs: (n: number, size: string) => `${counted(n, 'log')}${size ? `, ${size} on disk` : ''}`,
    keys: {
      search: 'search',
      move: 'move',
      open: 'open',
      error: 'next error',
      live: 'live',
      all: 'all keys',
    },
  },

  keys: {
    title: 'Keys',
    list: [
      ['/', 'Search'],
      ['j k ↓ ↑', 'Next, previous log'],
      ['PgDn PgUp', 'One page down, up'],
      ['g G', 'First, last log'],
      ['Enter', 'Open the log'],
      ['Esc', 'Close what is open'],
      ['e E', 'Next, previous failed log'],
      ['o', 'Only logs with the same request id'],
      ['Space', 'Live on, off'],
      ['z Z', 'Zoom the histogram in, out'],
      ['Menu, Shift F10', 'Filter by a value of the log'],
      ['Ctrl F', 'Search'],
      ['Ctrl Enter', 'Apply the filter'],
      ['?', 'All keys'],
    ] as [string, string][],
    single: 'Keys without Ctrl',
  },

  count: (n: number) => count(n),
};
