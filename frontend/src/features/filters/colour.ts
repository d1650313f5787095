/** A run of letters of a filter's text with its colour: field, operator, negation, string, number or plain. */
export interface Run {
  text: string;
  kind: 'f' | 'o' | 'n' | 's' | 'd' | '';
}

/**
 * Colours a filter's text while it is typed. This only looks at letters; what the text means, and whether it means
 * anything, the server alone decides.
 */
export function colour(text: string): Run[] {
  const runs: Run[] = [];
  const add = (kind: Run['kind'], piece: string) => {
    const before = runs.at(-1);
    if (before?.kind === kind) before.text += piece;
    else runs.push({ kind, text: piece });
  };
  const token =
    /(\s+)|("(?:[^"\\]|\\.)*"?)|((?:OR|AND|NOT)(?=[\s()]|$))|([()])|(-(?=[^\s]))|([A-Za-z_@][\w.@-]*(?=[:<>]))|(>=|<=|[:<>])|(\/(?:[^/\\]|\\.)+\/(?=\s|$|\)))|([^\s()"]+)/gy;
  let value = false;
  let start = true;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [all, space, quoted, word, paren, minus, field, operator, pattern] = match;
    if (space !== undefined) add('', all);
    else if (quoted !== undefined || pattern !== undefined) add('s', all);
    else if (word !== undefined) add(word === 'NOT' ? 'n' : 'o', all);
    else if (paren !== undefined || operator !== undefined) add('o', all);
    else if (minus !== undefined && start) add('n', all);
    else if (field !== undefined && !value) add('f', all);
    else if (/^\d/.test(all)) add('d', all);
    else add(value ? '' : 's', all);
    if (operator !== undefined) value = true;
    else if (paren !== '(') value = false;
    start = space !== undefined || paren === '(' || (start && minus !== undefined);
    if (start && !paren) value = false;
  }
  const done = runs.reduce((n, run) => n + run.text.length, 0);
  if (done < text.length) add('', text.slice(done));
  return runs;
}
