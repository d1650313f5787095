/** Letters of one block: few, so that little is laid out at once; more where thousands of blocks would be too many. */
const LETTERS = 4096;
const LETTERS_OF_LONG = 32_768;
const LONG = 2_000_000;

/** A part of a text. Only the last block of a line ends with its line break. */
export interface Block {
  from: number;
  to: number;
  /** Lines it has at least: for the room that is kept while it is out of sight. */
  lines: number;
}

/** Cuts a text into blocks, at line ends where there are any near. */
export function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  const letters = text.length > LONG ? LETTERS_OF_LONG : LETTERS;
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + letters);
    // Only this part is looked through: a text may have no line end in all its megabytes.
    const part = text.slice(from, to);
    if (to < text.length) {
      const line = part.lastIndexOf('\n');
      if (line >= 0) to = from + line + 1;
      else {
        // Not between the two halves of one character.
        const c = text.charCodeAt(to);
        if (c >= 0xdc00 && c <= 0xdfff) to--;
      }
    }
    let lines = 1;
    for (let i = part.indexOf('\n'); i >= 0 && from + i < to - 1; i = part.indexOf('\n', i + 1)) lines++;
    blocks.push({ from, to, lines });
    from = to;
  }
  return blocks;
}
