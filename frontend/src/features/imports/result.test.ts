import { describe, expect, it } from 'vitest';
import type { Task } from '../../lib/types';
import { rangeOf, sentenceOf, sumOf } from './result';

function imported(result: unknown): Task {
  return {
    id: 'aa_1',
    type: 'LOGS.IMPORT',
    status: 'DONE',
    outcome: 'SUCCESS',
    progress: 100,
    created_at: '',
    updated_at: '',
    recorded: false,
    result,
  };
}

describe('result of imports', () => {
  it.each([
    [{ added: 10_000, skipped: 0, rejected: 0 }, 'Imported 10,000 logs.'],
    [{ added: 9998, skipped: 0, rejected: 2 }, 'Imported 9,998 logs; 2 lines rejected.'],
    [{ added: 1, skipped: 3, rejected: 1 }, 'Imported 1 log; 3 were there already; 1 line rejected.'],
    [{ added: 0, skipped: 7, rejected: 0 }, 'Nothing new: all 7 logs were there already.'],
    [undefined, 'Imported 0 logs.'],
  ])('says of %j: %s', (result, want) => {
    expect(sentenceOf(sumOf([imported(result)]))).toBe(want);
  });

  it('adds up several files, and their range holds the first and the last log', () => {
    const sum = sumOf([
      imported({ added: 2, from: '2015-05-17T10:05:03Z', to: '2015-05-20T21:05:59.999999999Z', source: 'a' }),
      imported({ added: 3, from: '2015-05-01T00:00:00.5Z', to: '2015-05-02T00:00:00Z', source: 'b' }),
    ]);
    expect(sum).toMatchObject({ added: 5, sources: ['a', 'b'] });
    expect(rangeOf(sum)).toEqual({
      from: '2015-05-01T00:00:00.000Z',
      to: '2015-05-20T21:06:00.000Z',
      last: '',
    });
  });
});
