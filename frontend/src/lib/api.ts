import { token } from './token';

/** The one door to the server: every call carries the session's token, every error is an ApiError with a sentence for people. */

/** What `application/problem+json` says. `details` depends on `key`; a filter's error has its place in it. */
interface Problem {
  title?: string;
  status?: number;
  detail?: string;
  code?: number;
  key?: string;
  message?: string;
  details?: unknown;
  request_id?: string;
  position?: { start: number; end: number };
  suggestion?: string;
}

export class ApiError extends Error {
  readonly status: number;
  /** The machine's word for what went wrong: `invalid_filter`, `not_found`, … `network` when no answer came. */
  readonly key: string;
  readonly details: unknown;
  readonly requestId: string;
  /** Where a filter does not parse, in bytes of its text, and what may be meant there. */
  readonly position: { start: number; end: number } | undefined;
  readonly suggestion: string;

  constructor(status: number, problem: Problem) {
    super(problem.message || problem.detail || problem.title || `The server answered ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.key = problem.key ?? '';
    this.details = problem.details;
    this.requestId = problem.request_id ?? '';
    this.position = problem.position;
    this.suggestion = problem.suggestion ?? '';
  }
}

/** True for the error of a call that we gave up ourselves: nothing to tell anybody. */
export function isAbort(err: unknown): boolean {
  return err instanceof DOMException && err.name === 'AbortError';
}

/** The sentence to show for any error. */
export function sentence(err: unknown): string {
  return err instanceof Error ? err.message : String(err);
}

/** What the session wants to know about each answer: set once by session.svelte.ts. */
export interface Watcher {
  /** The server does not accept our token. */
  refused(): void;
  /** No answer came, or one came again. */
  reached(yes: boolean): void;
}

let watcher: Watcher = { refused: () => undefined, reached: () => undefined };

export function watch(w: Watcher): void {
  watcher = w;
}

export type Params = Record<string, string | number | boolean | undefined>;

/** A path with its query. Empty and undefined parameters are left out. */
export function address(path: string, params: Params = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export interface CallOptions {
  params?: Params;
  /** Sent as JSON, unless it is a Blob, FormData or string: those go as they are. */
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** Calls the server and gives the raw answer; throws ApiError for every answer from 400 and when none came. */
export async function send(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  const headers: Record<string, string> = { ...options.headers };
  const key = token();
  if (key) headers['Authorization'] = `Bearer ${key}`;
  let body: BodyInit | undefined;
  if (options.body instanceof Blob || options.body instanceof FormData || typeof options.body === 'string') {
    body = options.body;
  } else if (options.body !== undefined) {
    body = JSON.stringify(options.body);
    headers['Content-Type'] = 'application/json';
  }
  let answer: Response;
  try {
    answer = await fetch(address(path, options.params), {
      method,
      headers,
      body: body ?? null,
      signal: options.signal ?? null,
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (err) {
    if (isAbort(err)) throw err;
    watcher.reached(false);
    throw new ApiError(0, { key: 'network', message: 'Project Logs does not answer.' });
  }
  watcher.reached(true);
  if (answer.ok) return answer;
  const problem = await readProblem(answer);
  if (answer.status === 401) watcher.refused();
  throw new ApiError(answer.status, problem);
}

async function readProblem(answer: Response): Promise<Problem> {
  try {
    return (await answer.json()) as Problem;
  } catch {
    return {};
  }
}

async function json<T>(method: string, path: string, options?: CallOptions): Promise<T> {
  const answer = await send(method, path, options);
  if (answer.status === 204) return undefined as T;
  return (await answer.json()) as T;
}

export const api = {
  get: <T>(path: string, params?: Params, signal?: AbortSignal) =>
    json<T>('GET', path, { params: params ?? {}, signal }),
  post: <T>(path: string, body?: unknown, options?: CallOptions) =>
    json<T>('POST', path, { ...options, body }),
  patch: <T>(path: string, body?: unknown) => json<T>('PATCH', path, { body }),
  put: <T>(path: string, body?: unknown) => json<T>('PUT', path, { body }),
  delete: <T>(path: string) => json<T>('DELETE', path),
};

/** `/api/projects/P/…` with the project's id made safe for a path. */
export function projectPath(project: string, rest = ''): string {
  return `/api/projects/${encodeURIComponent(project)}${rest}`;
}
