import { test as base, expect, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');
const binary = resolve(process.env['PROJECTLOGS_BIN'] ?? join(repository, 'build/bin/projectlogs-server'));

/** A running `projectlogs serve` on an empty store. */
export class Program {
  private constructor(
    readonly url: string,
    readonly token: string,
    readonly folder: string,
    private process: ChildProcess,
    private readonly said: () => string,
  ) {}

  static async start(folder = mkdtempSync(join(tmpdir(), 'projectlogs-e2e-')), addr = '127.0.0.1:0') {
    if (!existsSync(binary))
      throw new Error(`There is no ${binary}. Run make build, or set PROJECTLOGS_BIN.`);
    const child = spawn(binary, ['serve', '--addr', addr, '--data-dir', folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PROJECTLOGS_DATA_DIR: '' },
    });
    let said = '';
    child.stdout.on('data', (piece: Buffer) => (said += String(piece)));
    child.stderr.on('data', (piece: Buffer) => (said += String(piece)));
    const file = join(folder, 'server.json');
    for (let waited = 0; waited < 20_000; waited += 50) {
      if (child.exitCode !== null) throw new Error(`${binary} ended with ${child.exitCode}: ${said}`);
      const found = readServer(file);
      if (found && found.pid === child.pid)
        return new Program(found.url, found.token, folder, child, () => said);
      await new Promise((done) => setTimeout(done, 50));
    }
    child.kill('SIGKILL');
    throw new Error(`${binary} wrote no ${file} within 20 s: ${said}`);
  }

  /** Ends the program as a person would, and insists that it ends well. */
  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise<number | null>((done) => this.process.once('exit', (code) => done(code)));
    this.process.kill('SIGTERM');
    const late = setTimeout(() => this.process.kill('SIGKILL'), 15_000);
    const code = await ended;
    clearTimeout(late);
    if (code !== 0) throw new Error(`${binary} ended with ${code}: ${this.said()}`);
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The address of a place in the page, with the token. */
  link(search = ''): string {
    return `${this.url}/${search}#t=${this.token}`;
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** Appends logs and returns when they can be found. */
  async append(logs: object[], project = 'default'): Promise<void> {
    await this.call('POST', `/api/projects/${project}/logs`, logs);
  }

  /** Loads the sample data and waits for the end of the task. */
  async sample(logs: number, project = 'default'): Promise<void> {
    const task = await this.call<{ id: string }>('POST', `/api/projects/${project}/imports/sample`, { logs });
    await expect
      .poll(
        async () =>
          (await this.call<{ status: string }>('GET', `/api/projects/${project}/tasks/${task.id}`)).status,
        { timeout: 30_000 },
      )
      .toBe('DONE');
  }
}

function readServer(file: string): { url: string; token: string; pid: number } | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { url: string; token: string; pid: number };
  } catch {
    return undefined; // not there yet
  }
}

/** A file of the real inputs, which lie outside the repository; without them the test says so and is skipped. */
export function realInput(name: string): string {
  const folder = process.env['PROJECTLOGS_TESTDATA'] ?? resolve(repository, '../shared/data');
  const file = join(folder, name);
  base.skip(!existsSync(file), `not run: no real inputs at ${folder}`);
  return file;
}

/** Logs of the last minutes, one a second, the newest last. Every tenth one failed. */
export function recentLogs(count: number): Record<string, unknown>[] {
  const end = Date.now() - 60_000;
  return Array.from({ length: count }, (_, i) => {
    const failed = i % 10 === 9;
    return {
      id: `log_test_${String(i).padStart(5, '0')}`,
      time: new Date(end - (count - 1 - i) * 1000).toISOString(),
      origin: i % 3 === 0 ? 'Dashboard' : 'API',
      method: i % 2 === 0 ? 'GET' : 'POST',
      path: `/v1/vouchers/V-${i % 7}/redemption`,
      status: failed ? (i % 20 === 19 ? 500 : 404) : 200,
      duration: 10 + i,
      user: { email: i % 2 === 0 ? 'ann@example.com' : 'bob@example.com' },
      request: { headers: { 'content-type': ['application/json'] }, body: `{"order":{"amount":${i}}}` },
      response: {
        headers: {},
        body: failed ? '{"key":"out_of_stock","message":"out of stock"}' : '{"ok":true}',
      },
    };
  });
}

/** Opens a place and waits until the list has answered. */
export async function open(page: Page, program: Program, search = ''): Promise<void> {
  await page.goto(program.link(search));
  await expect(page.getByRole('grid', { name: 'Logs' })).toHaveAttribute('aria-rowcount', /^\d+$/);
}

/** The number of logs that the list says it has. */
export async function expectTotal(page: Page, total: number): Promise<void> {
  await expect(page.getByRole('grid', { name: 'Logs' })).toHaveAttribute('aria-rowcount', String(total + 1));
  const text = `${total.toLocaleString('en-US')} ${total === 1 ? 'log' : 'logs'}`;
  await expect(page.getByRole('status').filter({ hasText: text }).first()).toBeVisible();
}

/**
 * The test of this project: `program` is started and stopped around each test that names it, and a test fails when the page wrote
 * an error to the console: a refused style, a broken promise, a missing file.
 */
export const test = base.extend<{ program: Program; quiet: undefined }, { sampled: Program }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names in the pattern
  program: async ({}, use) => {
    const program = await Program.start();
    await use(program);
    await program.remove();
  },
  // One store with sample data for all tests of a worker that only look at it.
  sampled: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const program = await Program.start();
      await program.sample(3000);
      await program.append(recentLogs(30));
      await use(program);
      await program.remove();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  quiet: [
    async ({ page }, use) => {
      const faults: string[] = [];
      page.on('pageerror', (err) => faults.push(err.message));
      page.on('console', (message) => {
        // The browser itself reports each answer from 400 on; whether such an answer is right, the tests say.
        if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
          faults.push(message.text());
        }
      });
      await use(undefined);
      expect(faults, 'errors in the console').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
