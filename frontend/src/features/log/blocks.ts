/** Letters of one block of a long text. */
const LETTERS = 4096;

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
  let from = 0;
  while (from < text.length) {
    let to = Math.min(text.length, from + LETTERS);
    if (to < text.length) {
      const line = text.lastIndexOf('\n', to - 1);
      if (line >= from) to = line + 1;
      else {
        // Not between the two halves of one character.
        const c = text.charCodeAt(to);
        if (c >= 0xdc00 && c <= 0xdfff) to--;
      }
    }
    let lines = 1;
    for (let i = text.indexOf('\n', from); i >= 0 && i < to - 1; i = text.indexOf('\n', i + 1)) lines++;
    blocks.push({ from, to, lines });
    from = to;
  }
  return blocks;
}
