import { api, ApiError, isAbort } from '../../lib/api';
import type { FilterForms, FilterItem, FilterJSON } from '../../lib/types';

/** A part of a filter in any form that the server reads. */
export type FilterPart = { q: string } | { filter: FilterJSON };

/** A filter that does not parse: the sentence, where (in characters of the text), and what may be meant. */
export interface FilterFault {
  text: string;
  message: string;
  start: number;
  end: number;
  suggestion: string;
}

/** What the server says about a text. The page itself never reads a filter. */
export async function formsOf(text: string, signal?: AbortSignal): Promise<FilterForms> {
  return api.post<FilterForms>('/api/filter', { q: text }, { signal });
}

/** The text of several parts together. */
export async function join(junction: 'and' | 'or', parts: FilterPart[]): Promise<string> {
  if (parts.length === 0) return '';
  const forms = await api.post<FilterForms>('/api/filter', { [junction]: parts });
  return forms.text;
}

/** The fault that an error of the API names, if the filter is what it complains about. */
export function faultOf(err: unknown, text: string): FilterFault | undefined {
  if (!(err instanceof ApiError) || err.key !== 'invalid_filter') return undefined;
  const place = err.position;
  return {
    text,
    message: err.message,
    start: place ? charIndex(text, place.start) : text.length,
    end: place ? charIndex(text, place.end) : text.length,
    suggestion: err.suggestion,
  };
}

/** The place of a byte of the UTF-8 text among its characters. */
export function charIndex(text: string, byte: number): number {
  const bytes = new TextEncoder().encode(text).subarray(0, byte);
  return new TextDecoder().decode(bytes).length;
}

/** The filter of the Logs tab in all its forms, kept in step with the text in the link. */
export class Filter {
  forms = $state.raw<FilterForms>();
  fault = $state.raw<FilterFault>();
  #asking: AbortController | undefined;

  async read(text: string): Promise<void> {
    this.#asking?.abort();
    this.fault = undefined;
    if (text.trim() === '') {
      this.forms = undefined;
      return;
    }
    const mine = (this.#asking = new AbortController());
    try {
      this.forms = await formsOf(text, mine.signal);
    } catch (err) {
      if (isAbort(err)) return;
      this.forms = undefined;
      this.fault = faultOf(err, text);
    }
  }

  get junction(): 'and' | 'or' {
    return this.items.length > 1 ? (this.forms?.junction ?? 'and') : 'and';
  }

  get items(): FilterItem[] {
    return this.forms?.items ?? [];
  }

  /** The items that are one condition on a field and hold for every log that is found. */
  on(field: string): FilterItem[] {
    return this.junction === 'and' ? this.items.filter((item) => item.field === field) : [];
  }

  /** The text without some items. */
  without(items: FilterItem[]): Promise<string> {
    return join(
      this.junction,
      this.items.filter((item) => !items.includes(item)).map((item) => ({ q: item.text })),
    );
  }

  /** The text with one more condition that must hold, in place of some items. */
  and(part: FilterPart, instead: FilterItem[] = []): Promise<string> {
    const kept: FilterPart[] =
      this.junction === 'and'
        ? this.items.filter((item) => !instead.includes(item)).map((item) => ({ q: item.text }))
        : [{ q: this.forms?.text ?? '' }];
    return join('and', [...kept, part]);
  }
}

/** One condition in the JSON form. */
export function condition(field: string, operator: string, values: string[], not = false): FilterPart {
  const item: FilterJSON = { field, [operator]: values };
  if (not) item['not'] = true;
  return { filter: item };
}

/** The condition that a value is, or is none of, some values. */
export function isAmong(field: string, values: string[], not = false): FilterPart {
  const one = values.length === 1;
  return condition(field, not ? (one ? '$is_not' : '$not_in') : one ? '$is' : '$in', values);
}
