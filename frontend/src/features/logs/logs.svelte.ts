import { sentence } from '../../lib/api';
import { knownZone } from '../../lib/format';
import { listen, type ServerEvent } from '../../lib/events';
import { route } from '../../lib/route.svelte';
import { session } from '../../lib/session.svelte';
import { settings } from '../../lib/settings.svelte';
import { toasts } from '../../lib/toast.svelte';
import { t } from '../../lib/texts';
import type { FilterItem } from '../../lib/types';
import {
  Filter,
  faultOf,
  formsOf,
  isAmong,
  type FilterFault,
  type FilterPart,
} from '../filters/filter.svelte';
import { Counts } from './counts.svelte';
import { LogList } from './list.svelte';
import { questionOf } from './question';

const STEPS = 96;

/** The condition behind the segment All | Errors: it is part of the filter, so links and exports have it too. */
const ERRORS: FilterPart = { q: 'result:failure' };

/**
 * The Logs tab without its looks: what is asked (from the link), what is found, and every way to change it. All
 * changes go through the link, so Back undoes each of them.
 */
export class Logs {
  readonly list = new LogList();
  readonly counts = new Counts();
  readonly filter = new Filter();
  live = $state(false);
  /** What stands in the search box and does not parse. */
  fault = $state.raw<FilterFault>();
  /** The list stands at its top: new logs may come in there. */
  atTop = true;

  constructor() {
    this.list.steps = () => this.counts.steps;
  }

  /** The zone of all times on the tab. */
  get zone(): string {
    const { tz } = route.place;
    return tz && knownZone(tz) ? tz : settings.zone;
  }

  /** The link names a zone that this machine does not know: said once, and times are shown in the usual zone. */
  checkZone(tz: string): void {
    if (tz && !knownZone(tz)) toasts.fail(t.range.badZone(tz, settings.zone));
  }

  get problem(): FilterFault | undefined {
    return this.fault ?? this.filter.fault;
  }

  /** Asks everything anew for the current link. */
  ask(): void {
    void this.filter.read(route.place.q);
    void this.#find();
  }

  /** The list first, then the counts of the very snapshot that it shows. */
  async #find(): Promise<void> {
    const question = questionOf(route.place);
    this.counts.wait();
    if (!(await this.list.ask(question, route.place.sort))) return;
    const total = await this.counts.ask(question, STEPS, this.list.asOf);
    if (total !== undefined) this.list.settle(total);
  }

  /** Only the order changed. */
  reorder(): void {
    void this.#find();
  }

  /** Shows what has arrived. */
  again(): void {
    void this.#find();
  }

  /** Follows the server's events until the returned function is called. */
  follow(): () => void {
    return listen((event) => this.#happened(event));
  }

  #happened(event: ServerEvent): void {
    const here = session.project(route.place.project);
    const ours = !event.project || event.project === route.place.project || event.project === here?.id;
    if (event.kind === 'logs_removed' && ours) this.again();
    if ((event.kind !== 'logs_added' && event.kind !== 'missed') || !ours) return;
    if (this.list.total === 0) this.again();
    else {
      this.list.countArrived(() => {
        if (this.live && this.atTop && this.list.arrived > 0) this.again();
      });
    }
  }

  /** Applies the text of the search box, if the server can read it; else says where it cannot. */
  async search(text: string): Promise<void> {
    this.fault = undefined;
    try {
      if (text.trim() !== '') await formsOf(text);
    } catch (err) {
      this.fault = faultOf(err, text);
      if (!this.fault) toasts.fail(sentence(err));
      return;
    }
    const q = text.trim();
    if (q === route.place.q) this.ask();
    else route.go({ q });
  }

  async #change(make: () => Promise<string>): Promise<void> {
    try {
      const q = await make();
      this.fault = undefined;
      route.go({ q });
    } catch (err) {
      toasts.fail(sentence(err));
    }
  }

  /** Makes a value of a field hold, or not hold, beside the other conditions. */
  async filterBy(field: string, value: string, not = false): Promise<void> {
    await this.#change(() => this.filter.and(isAmong(field, [value], not)));
  }

  async add(part: FilterPart): Promise<void> {
    await this.#change(() => this.filter.and(part));
  }

  async remove(items: FilterItem[]): Promise<void> {
    await this.#change(() => this.filter.without(items));
  }

  /** Puts the values that a field may have, or must not have, in place of what the filter says about them. */
  async setAmong(field: string, not: boolean, values: string[]): Promise<void> {
    const now = this.among(field, not).items;
    await this.#change(() =>
      values.length === 0 ? this.filter.without(now) : this.filter.and(isAmong(field, values, not), now),
    );
  }

  /** The values that the filter names for a field: `field:(a OR b)`, or `-field:(a OR b)`. */
  among(field: string, not: boolean): { items: FilterItem[]; values: string[] } {
    const items = this.filter.on(field).filter((item) => {
      const negative = item.operator === '$is_not' || item.operator === '$not_in';
      const positive = item.operator === '$is' || item.operator === '$in';
      return (positive || negative) && (negative !== (item.not ?? false)) === not;
    });
    return { items, values: items.flatMap((item) => item.values ?? []) };
  }

  get onlyErrors(): boolean {
    return this.among('result', false).values.includes('failure');
  }

  async showErrors(only: boolean): Promise<void> {
    if (only === this.onlyErrors) return;
    await (only ? this.add(ERRORS) : this.remove(this.among('result', false).items));
  }

  clear(): void {
    this.fault = undefined;
    route.go({ q: '' });
  }

  /** Shows a part of time. */
  zoom(from: number, to: number): void {
    route.go({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), last: '' });
  }

  /** Twice the time that is shown now, around the same middle. */
  zoomOut(): void {
    const first = this.counts.steps[0];
    const last = this.counts.steps.at(-1);
    if (!first || !last) return;
    const half = (last.to - first.from) / 2;
    this.zoom(first.from - half, Math.min(last.to + half, Math.max(last.to, Date.now())));
  }

  /** The words that the filter searches in bodies: the details mark them. */
  get words(): string[] {
    const texts = new Set(['text', 'body', 'request.body', 'response.body', 'message']);
    return this.filter.items
      .filter((item) => texts.has(item.field ?? '') && !item.not && !item.operator?.startsWith('$not'))
      .flatMap((item) => item.values ?? []);
  }
}
