import { send } from './api';

/** What `GET /api/events` tells. Events carry no contents: whoever shows the thing asks for it again. */
export interface ServerEvent {
  kind:
    | 'hello'
    | 'alive'
    | 'logs_added'
    | 'logs_removed'
    | 'task'
    | 'export'
    | 'project'
    | 'view'
    | 'key'
    /** Events were lost (the page was hidden, the connection broke): look at everything again. */
    | 'missed';
  project?: string;
  id?: string;
}

/** Cuts a stream of JSON lines into events. Feed it pieces of text in order; each piece may end anywhere. */
export class EventLines {
  #rest = '';

  feed(piece: string): ServerEvent[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as ServerEvent);
  }
}

type Listener = (event: ServerEvent) => void;

const listeners = new Set<Listener>();
let stream: AbortController | undefined;

/** Calls `listener` for each event until the returned function is called. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(event: ServerEvent): void {
  for (const listener of listeners) listener(event);
}

/** Opens the one stream of the page. A hidden page closes it; shown again, it opens a new one and says `missed`. */
export function openEvents(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) stream?.abort();
    else void follow(true);
  });
  if (!document.hidden) void follow(false);
}

async function follow(missed: boolean): Promise<void> {
  stream?.abort();
  const mine = (stream = new AbortController());
  let wait = 500;
  while (!mine.signal.aborted) {
    try {
      const answer = await send('GET', '/api/events', { signal: mine.signal });
      if (missed) tell({ kind: 'missed' });
      wait = 500;
      await drain(answer);
    } catch {
      // Aborted, or the server is gone: the loop decides which.
    }
    if (mine.signal.aborted) return;
    missed = true;
    await pause(wait, mine.signal);
    wait = Math.min(wait * 2, 8000);
  }
}

async function drain(answer: Response): Promise<void> {
  const reader = answer.body?.getReader();
  if (!reader) return;
  const text = new TextDecoder();
  const lines = new EventLines();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    for (const event of lines.feed(text.decode(value, { stream: true }))) tell(event);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
