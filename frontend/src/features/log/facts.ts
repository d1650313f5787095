import { t } from '../../lib/texts';
import type { Log } from '../../lib/types';

/** One value at the top of the details. */
export interface Fact {
  label: string;
  value: string;
  /** The field that a click filters by. */
  field?: string;
  mono?: boolean;
  kind?: 'time' | 'duration' | 'task' | 'status';
}

/** What is known of a log besides its messages, the most telling first. */
export function factsOf(log: Log): Fact[] {
  const f = t.log.facts;
  const all: (Fact | false)[] = [
    person(f.customer, 'customer', log.customer?.id, log.customer?.source_id),
    person(f.user, 'user', log.user?.email, log.user?.id),
    { label: f.campaign, value: log.campaign ?? '', field: 'campaign' },
    { label: f.incentive, value: log.incentive ?? '', field: 'incentive' },
    { label: f.apiKey, value: log.api_key ?? '', field: 'api_key' },
    { label: f.clientKey, value: log.client_key ?? '', field: 'client_key' },
    { label: f.time, value: log.time, kind: 'time' },
    { label: f.origin, value: log.origin ?? '', field: 'origin' },
    { label: f.duration, value: log.duration === undefined ? '' : String(log.duration), kind: 'duration' },
    { label: f.requestId, value: log.request_id ?? '', field: 'request_id', mono: true },
    { label: f.id, value: log.id, field: 'id', mono: true },
    { label: f.task, value: log.task_id ?? '', kind: 'task', mono: true },
    { label: f.endpoint, value: log.endpoint ?? '', field: 'endpoint', mono: true },
    { label: f.correlationId, value: log.correlation_id ?? '', field: 'correlation_id', mono: true },
    { label: f.ip, value: log.ip ?? '', field: 'ip', mono: true },
    { label: f.userAgent, value: log.user_agent ?? '', field: 'user_agent' },
    { label: f.result, value: log.result, field: 'result' },
    { label: f.source, value: log.source ?? '', field: 'source' },
  ];
  return all.filter((fact): fact is Fact => fact !== false && fact.value !== '');
}

/** Somebody with two names: both are shown, one is filtered by. */
function person(label: string, field: string, first?: string, second?: string): Fact | false {
  const value = first || second;
  return value ? { label, value, field } : false;
}
