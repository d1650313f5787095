import type { Params } from '../../lib/api';
import type { Place } from '../../lib/url';

/** What the Logs tab asks: the filter and the range, without order. Counts, facets and exports ask the same. */
export interface Question {
  project: string;
  q: string;
  last: string;
  from: string;
  to: string;
}

export function questionOf(place: Place): Question {
  return { project: place.project, q: place.q, last: place.last, from: place.from, to: place.to };
}

/** The parameters of a question. `last=all` is left out: no range means all time. */
export function paramsOf(question: Question): Params {
  const { q, last, from, to } = question;
  if (from || to) return { q, from, to };
  return { q, last: last === 'all' ? undefined : last };
}
