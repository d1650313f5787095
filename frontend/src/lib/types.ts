/** Wire types: exactly what the HTTP API answers (docs/API.md). Times are RFC 3339 in UTC, durations milliseconds, sizes bytes. */

/** Headers and body of one direction. A binary body is base64 (`body_encoding`), a cut one says where (`truncated_at`). */
export interface HttpMessage {
  headers?: Record<string, string[]>;
  body?: string;
  body_encoding?: 'base64';
  size?: number;
  truncated_at?: number;
  /** Where the whole body is, when this answer has only its beginning. */
  body_url?: string;
}

export interface Person {
  id?: string;
  email?: string;
}

export interface Customer {
  id?: string;
  source_id?: string;
}

/** One line of the list: a log without headers and bodies. */
export interface LogRow {
  id: string;
  time: string;
  origin?: string;
  method?: string;
  url?: string;
  path?: string;
  query?: Record<string, string[]>;
  endpoint?: string;
  status: number;
  result: 'success' | 'failure';
  duration?: number;
  user?: Person;
  customer?: Customer;
  api_key?: string;
  client_key?: string;
  campaign?: string;
  incentive?: string;
  request_id?: string;
  correlation_id?: string;
  task_id?: string;
  ip?: string;
  user_agent?: string;
  message?: string;
  error?: { key?: string; message?: string };
  source?: string;
  attributes?: Record<string, unknown>;
  request?: HttpMessage;
  response?: HttpMessage;
}

/** A whole log. */
export type Log = LogRow;

export interface LogPage {
  object: 'list';
  data: LogRow[];
  total: number;
  total_exact: boolean;
  next?: string;
  prev?: string;
  as_of?: string;
  took_ms: number;
}

export type TaskStatus = 'ENQUEUED' | 'IN_PROGRESS' | 'DONE' | 'FAILED' | 'CANCELED' | 'INTERRUPTED';
export type TaskOutcome = 'SUCCESS' | 'FAILED' | 'UNKNOWN';

export interface Task {
  id: string;
  type: string;
  status: TaskStatus;
  outcome: TaskOutcome;
  /** 0 to 100. */
  progress: number;
  /** How many of what is done, of how many; `rate` is per second while the task runs. */
  done?: number;
  of?: number;
  unit?: string;
  rate?: number;
  created_at: string;
  updated_at: string;
  processing_time?: number;
  request_id?: string;
  log_id?: string;
  user?: string;
  message?: string;
  done_count?: number;
  failed_count?: number;
  /** Rows that were there already. */
  skipped_count?: number;
  /** The first failed rows; the file of rejects has them all. */
  failed?: { row?: number; code?: string; reason?: string }[];
  result?: unknown;
  params?: unknown;
  recorded: boolean;
}

export type ExportStatus = 'SCHEDULED' | 'IN_PROGRESS' | 'DONE' | 'ERROR';

export interface Export {
  id: string;
  status: ExportStatus;
  exported_object: string;
  format: string;
  filter?: unknown;
  q?: string;
  from?: string;
  to?: string;
  /** A preset's name, or names with commas between them. */
  fields?: string;
  order?: string;
  tz?: string;
  options?: ExportOptions;
  task_id?: string;
  rows?: number;
  bytes?: number;
  sha256?: string;
  created_at: string;
  updated_at?: string;
  origin?: string;
  user?: string;
  file?: string;
  /** Why it failed. */
  message?: string;
}

export interface ExportOptions {
  bodies?: boolean;
  separator?: string;
  bom?: boolean;
  /** Without the guard against formulas. */
  raw?: boolean;
}

/** A key of a project. Its secret is in the answer that makes it, and nowhere else. */
export interface Key {
  id: string;
  name: string;
  scopes: string[];
  created_at?: string;
  last_used?: string;
  revoked_at?: string;
}

/** A project in the list of projects and in the state of the frame. */
export interface Project {
  id: string;
  name: string;
  logs?: number;
  oldest?: string;
  newest?: string;
  builtin?: boolean;
}

/** `GET /api/state`: what the frame of the page shows. */
export interface ServerState {
  version: string;
  address: string;
  projects: Project[];
  disk_bytes: number;
  read_only: boolean;
  /** There is a native window: `/api/desktop/…` answers. */
  desktop: boolean;
  redaction: string;
  /** Where the store lies, for those who may know. */
  data_dir?: string;
}

/** A list answer of tasks, exports, projects. */
export interface List<T> {
  object?: 'list';
  data: T[];
  total?: number;
  next?: string;
}

export interface TallyBucket {
  /** A value of the field, for a count by field. */
  key?: string;
  /** The edges of the step, for a count by time. */
  from?: string;
  to?: string;
  count: number;
  failures: number;
}

export interface Tally {
  by: string;
  buckets: TallyBucket[];
  other: number;
  total: number;
  failures: number;
  as_of?: string;
  took_ms: number;
}

/** `GET /api/schema`: all that is known about fields, types and columns. The builder is drawn from it. */
export interface Schema {
  logs: { fields: Field[] };
  tasks: { fields: Field[] };
  exports: { fields: Field[] };
  task_types: { type: string; label: string; own: boolean }[];
  task_statuses: Record<string, string>;
  export_formats: { format: string; label: string }[];
  export_presets: { preset: string; label: string; fields: string[] }[];
  columns: { name: string; label: string }[];
}

export interface Field {
  name: string;
  label: string;
  kind: string;
  /** One of many: a header, a query parameter, a JSON path. Its name goes on after the dot. */
  family: boolean;
  aliases?: string[];
  choices?: (string | { value: string; label: string })[];
  operators: Operator[];
}

export interface Operator {
  op: string;
  label: string;
  not: boolean;
  values: 'none' | 'one' | 'two' | 'many';
  input: string;
}

/** A filter in the JSON form. The page hands it around and never looks into it. */
export type FilterJSON = Record<string, unknown>;

/** `GET /api/filter`: one filter in all its forms. */
export interface FilterForms {
  text: string;
  filter: FilterJSON;
  junction: 'and' | 'or';
  items: FilterItem[];
}

export interface FilterItem {
  text: string;
  label: string;
  /** Where the item is one condition. */
  field?: string;
  operator?: string;
  not?: boolean;
  values?: string[];
  filter: FilterJSON;
}

/** `GET …/logs/explain`: why nothing is found, and the ways out. */
export interface Explanation {
  total: number;
  all_time: number;
  oldest?: string | null;
  newest?: string | null;
  nearest?: { before?: string | null; after?: string | null };
  conditions: { text: string; label: string; count: number; without: number }[];
  ways: { kind: string; label: string; from?: string; to?: string; q?: string; count: number }[];
}

/** A named filter, range and columns. */
export interface View {
  id: string;
  name: string;
  q: string;
  last?: string;
  from?: string;
  to?: string;
  columns?: string[];
  created_at?: string;
}
