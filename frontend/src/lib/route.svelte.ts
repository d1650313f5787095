import { formatPlace, parsePlace, type Place } from './url';

/** Where the page is. Reading `route.place` in a component or an effect follows it; Back and Forward work. */
class Route {
  place = $state.raw<Place>(parsePlace(location.search));

  constructor() {
    addEventListener('popstate', () => {
      this.place = parsePlace(location.search);
    });
  }

  /** Goes to the same place with some things changed: a new step in the history, or the current one replaced. */
  go(change: Partial<Place>, how: 'push' | 'replace' = 'push'): void {
    const next = { ...this.place, ...change };
    const link = formatPlace(next);
    this.place = next;
    if (link === location.pathname + location.search) return;
    if (how === 'push') history.pushState(null, '', link);
    else history.replaceState(null, '', link);
  }

  /** The link to a place that differs from here: for anchors. */
  link(change: Partial<Place>): string {
    return formatPlace({ ...this.place, ...change });
  }
}

export const route = new Route();
