import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Log } from '../../lib/types';
import { curlCommand } from './curl';

/** Runs commands in a real shell with a curl that only says what it was given. */
function runAll(commands: string[]): { words: string[]; input: string }[] {
  const curl = `curl() { printf '%s\\0' "$@"; printf '\\1'; case " $* " in *' @- '*) cat;; esac; }\n`;
  // What stands behind each command ends its answer; no log in these tests has it.
  const script = curl + commands.map((command) => `${command}\nprintf END_OF_ONE\n`).join('');
  const out = execFileSync('sh', {
    input: Buffer.from(script),
    encoding: 'latin1',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return out
    .split('END_OF_ONE')
    .slice(0, -1)
    .map((one) => {
      const end = one.indexOf('\u0001');
      return { words: latin(one.slice(0, end)).split('\0').slice(0, -1), input: one.slice(end + 1) };
    });
}

function run(command: string): { words: string[]; input: string } {
  const [answer] = runAll([command]);
  if (!answer) throw new Error('the shell did not come to the end');
  return answer;
}

const latin = (text: string) => Buffer.from(text, 'latin1').toString('utf8');

function logOf(more: Partial<Log>): Log {
  return { id: 'log_1', time: '2026-11-22T10:00:00Z', status: 200, result: 'success', ...more };
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('curl', () => {
  it('makes the call again', () => {
    const log = logOf({
      method: 'POST',
      url: 'https://api.example.com/v1/orders?x=1&y[]=2',
      request: {
        headers: { 'content-type': ['application/json'], accept: ['a', 'b'], 'content-length': ['9'] },
      },
    });
    expect(run(curlCommand(log, bytes('{"a":"it\'s"}'))).words).toEqual([
      '--globoff',
      '--url',
      'https://api.example.com/v1/orders?x=1&y[]=2',
      '--header',
      'content-type: application/json',
      '--header',
      'accept: a',
      '--header',
      'accept: b',
      '--data-raw',
      '{"a":"it\'s"}',
    ]);
  });

  it('lets nothing of a log reach the shell, whatever stands in it', () => {
    const bad = [
      `'; touch /tmp/owned; '`,
      '$(id)',
      '`id`',
      '"\\',
      "\\'",
      '!!',
      '\u0000',
      '\u001b[201~\nid\n',
      '\r\nX-Evil: 1',
      '-o/etc/passwd',
      '@/etc/passwd',
      '*',
      '~',
      '日本 😀',
      '#',
      '%00',
      '\n',
      '&& id',
    ];
    const cases = bad.flatMap((a) => bad.map((b) => ({ a, b })));
    const commands = cases.map(({ a, b }) => {
      const log = logOf({
        method: `PO${a}ST`,
        url: `https://x.example/${a}?q=${b}`,
        request: { headers: { 'x-a': [a + b], [`x${b}`]: [a], ['@' + a]: ['1'] } },
      });
      return curlCommand(log, bytes(a + b));
    });
    // What is pasted has no control character besides line ends, of which quoted ones are kept.
    // eslint-disable-next-line no-control-regex
    for (const command of commands) expect(command).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
    const answers = runAll(commands);
    expect(answers).toHaveLength(cases.length);
    answers.forEach(({ words, input }, n) => {
      const at = words.indexOf('--data-raw');
      const body = `${cases[n]?.a}${cases[n]?.b}`;
      expect(at >= 0 ? words[at + 1] : latin(input)).toBe(body);
      // Every word is an option, or what the option before it takes.
      for (let i = 0; i < words.length; i++) {
        const word = words[i] ?? '';
        if (!known.has(word)) throw new Error(`a word of its own: ${word}`);
        if (takesOne.has(word)) i++;
      }
      for (const line of words.filter((_, i) => words[i - 1] === '--header'))
        expect(line).not.toMatch(/^[@-]/);
    });
  });

  it('sends bytes and long bodies through the input', () => {
    const binary = Uint8Array.from({ length: 1000 }, (_, i) => i & 255);
    const result = run(curlCommand(logOf({ method: 'PUT', url: 'https://x.example/' }), binary));
    expect(Buffer.from(result.input, 'latin1').equals(Buffer.from(binary))).toBe(true);
    const long = 'x'.repeat(300_000);
    expect(run(curlCommand(logOf({ method: 'POST', url: 'https://x.example/' }), bytes(long))).input).toBe(
      long,
    );
  });

  it('tries no other scheme than http and https', () => {
    const urlOf = (log: Log) => run(curlCommand(log, new Uint8Array())).words.at(-1);
    expect(urlOf(logOf({ url: 'file:///etc/passwd', path: '/etc/passwd' }))).toBe('https://HOST/etc/passwd');
    expect(
      run(
        curlCommand(
          logOf({ url: '/a?b=1', request: { headers: { host: ['api.example.com'] } } }),
          new Uint8Array(),
        ),
      ).words,
    ).toEqual(['--globoff', '--url', 'https://api.example.com/a?b=1']);
  });
});

const takesOne = new Set(['--request', '--url', '--header', '--data-raw', '--data-binary']);
const known = new Set([...takesOne, '--globoff', '--compressed', '--head']);
