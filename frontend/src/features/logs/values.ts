import type { LogRow } from '../../lib/types';

/** The values of a log that one may want to filter by, with the column that each is read in. */
export function rowValues(row: LogRow): { column: string; field: string; value: string }[] {
  const all = [
    { column: 'status', field: 'status', value: String(row.status) },
    { column: 'status', field: 'result', value: row.result },
    { column: 'method', field: 'method', value: row.method },
    { column: 'path', field: 'endpoint', value: row.endpoint },
    { column: 'path', field: 'path', value: row.path },
    { column: 'endpoint', field: 'endpoint', value: row.endpoint },
    { column: 'origin', field: 'origin', value: row.origin },
    { column: 'customer', field: 'customer', value: row.customer?.id || row.customer?.source_id },
    { column: 'customer', field: 'user', value: row.user?.email || row.user?.id },
    { column: 'user', field: 'user', value: row.user?.email || row.user?.id },
    { column: 'campaign', field: 'campaign', value: row.campaign },
    { column: 'incentive', field: 'incentive', value: row.incentive },
    { column: 'api_key', field: 'api_key', value: row.api_key },
    { column: 'error.key', field: 'error.key', value: row.error?.key },
    { column: 'request_id', field: 'request_id', value: row.request_id },
    { column: 'ip', field: 'ip', value: row.ip },
    { column: 'source', field: 'source', value: row.source },
  ];
  const seen = new Set<string>();
  const out: { column: string; field: string; value: string }[] = [];
  for (const { column, field, value } of all) {
    const key = `${column}\n${field}`;
    if (!value || seen.has(key)) continue;
    seen.add(key);
    out.push({ column, field, value });
  }
  return out;
}
