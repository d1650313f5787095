/** What a person chose for this machine. Kept in localStorage; never sent anywhere. */
export type Theme = 'light' | 'dark' | 'system';
export type Density = 'compact' | 'comfortable';

interface Stored {
  theme: Theme;
  density: Density;
  /** The zone for times when the link names none: `UTC` or `local`. */
  zone: string;
  /** Keys without Ctrl (j, k, e, …). Can be switched off (WCAG 2.1.4). */
  singleKeys: boolean;
  project: string;
}

const KEY = 'projectlogs.settings';
const usual: Stored = {
  theme: 'system',
  density: 'compact',
  zone: 'UTC',
  singleKeys: true,
  project: 'default',
};

function read(): Stored {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Stored>) };
  } catch {
    return usual; // broken or forbidden storage: the usual settings are better than no page
  }
}

class Settings {
  #stored = $state.raw<Stored>(read());
  #systemDark = $state(matchMedia('(prefers-color-scheme: dark)').matches);

  constructor() {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (e) => {
      this.#systemDark = e.matches;
    });
  }

  get theme() {
    return this.#stored.theme;
  }
  get density() {
    return this.#stored.density;
  }
  get zone() {
    return this.#stored.zone;
  }
  get singleKeys() {
    return this.#stored.singleKeys;
  }
  get project() {
    return this.#stored.project;
  }
  /** The theme on the screen. */
  get dark(): boolean {
    return this.theme === 'dark' || (this.theme === 'system' && this.#systemDark);
  }
  get rowHeight(): number {
    return this.density === 'compact' ? 28 : 36;
  }

  set(change: Partial<Stored>): void {
    this.#stored = { ...this.#stored, ...change };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#stored));
    } catch {
      // The choice holds for this page only.
    }
  }
}

export const settings = new Settings();
