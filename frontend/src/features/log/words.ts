/** What the filter searched for, marked in what is shown. Everything stays text: runs become text nodes. */
export interface Run {
  text: string;
  kind: 'plain' | 'hit' | 'redacted';
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Words of the index: runs of letters, digits and marks of any script. */
const tokens = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * The pattern that finds the searched words as the search does: a phrase is its words one after the other, whatever
 * stands between them, and case does not matter. `loose` also finds them inside of longer words.
 */
export function patternOf(words: string[], loose = false): RegExp | undefined {
  const each = words.flatMap((word) => {
    const parts = word.match(tokens);
    if (!parts) return word.trim() === '' ? [] : [escape(word.trim())];
    const body = parts.map(escape).join('[^\\p{L}\\p{N}\\p{M}]+');
    if (loose) return [body];
    const end = word.endsWith('*') ? '' : '(?![\\p{L}\\p{N}\\p{M}])';
    return [`(?<![\\p{L}\\p{N}\\p{M}])${body}${end}`];
  });
  return each.length > 0 ? new RegExp(each.join('|'), 'giu') : undefined;
}

/** Whether a pattern finds anything in a text. */
export function has(pattern: RegExp | undefined, text: string): boolean {
  if (!pattern) return false;
  pattern.lastIndex = 0;
  return pattern.test(text);
}

const redacted = /redacted #[0-9a-f]{4,8}/g;

/** Cuts a text into what was searched for, what was taken out as a secret, and the rest. */
export function runsOf(text: string, pattern: RegExp | undefined): Run[] {
  const found: { from: number; to: number; kind: 'hit' | 'redacted' }[] = [];
  if (pattern) {
    pattern.lastIndex = 0;
    for (const match of text.matchAll(pattern)) {
      if (match[0] !== '') found.push({ from: match.index, to: match.index + match[0].length, kind: 'hit' });
    }
  }
  if (text.includes('redacted #')) {
    for (const match of text.matchAll(redacted)) {
      const to = match.index + match[0].length;
      if (!found.some((f) => f.from < to && match.index < f.to))
        found.push({ from: match.index, to, kind: 'redacted' });
    }
    found.sort((a, b) => a.from - b.from);
  }
  const runs: Run[] = [];
  let at = 0;
  for (const { from, to, kind } of found) {
    if (from > at) runs.push({ text: text.slice(at, from), kind: 'plain' });
    runs.push({ text: text.slice(from, to), kind });
    at = to;
  }
  if (at < text.length) runs.push({ text: text.slice(at), kind: 'plain' });
  return runs;
}
