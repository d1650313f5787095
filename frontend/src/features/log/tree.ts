import { children, type JsonNode } from './json';

/** One line of the tree. */
export interface TreeRow {
  node: JsonNode;
  depth: number;
  /** Keys from the root to here: texts in objects, numbers in lists. */
  keys: (string | number)[];
  /** Has children to show. */
  inner: boolean;
  open: boolean;
  /** For screen readers: which one of how many beside it. */
  place: number;
  of: number;
  parent: number;
}

/** A node's name for as long as its text lives: where it stands. Groups begin where their first child does. */
export function nodeId(node: JsonNode): string {
  return node.kind === 'group' ? `g${node.first}+${node.count}@${node.start}` : String(node.start);
}

/** The tree of a text: which nodes are open, and the lines that this makes. */
export class Tree {
  readonly text: string;
  readonly roots: JsonNode[];
  #children = new Map<string, JsonNode[]>();
  #open = new Set<string>();

  constructor(text: string, roots: JsonNode[], lines = 150) {
    this.text = text;
    // One document is the tree itself: its members are the first level.
    this.roots = roots.length === 1 && roots[0] ? this.#read(roots[0]) : roots;
    this.#openSome(lines);
  }

  #read(node: JsonNode): JsonNode[] {
    const id = nodeId(node);
    let found = this.#children.get(id);
    if (!found) this.#children.set(id, (found = children(this.text, node)));
    return found;
  }

  /** Opens level after level while there is room on the screen. */
  #openSome(lines: number): void {
    let level = this.roots;
    let count = level.length;
    while (level.length > 0 && count < lines) {
      const next: JsonNode[] = [];
      for (const node of level) {
        if (node.kind !== 'object' && node.kind !== 'array') continue;
        const inside = this.#read(node);
        if (inside.length === 0) continue;
        // A few nodes alone tell nothing: one of them is opened even if it is long.
        if (count + inside.length > lines && count > 3) return;
        this.#open.add(nodeId(node));
        count += inside.length;
        for (const child of inside) next.push(child);
      }
      level = next;
    }
  }

  isOpen(node: JsonNode): boolean {
    return this.#open.has(nodeId(node));
  }

  set(node: JsonNode, open: boolean): void {
    if (open) this.#open.add(nodeId(node));
    else this.#open.delete(nodeId(node));
  }

  /** Opens whatever is around a place of the text. */
  reveal(offset: number): void {
    let level = this.roots;
    for (;;) {
      const node = level.find((n) => n.start <= offset && offset < n.end);
      if (!node || (node.kind !== 'object' && node.kind !== 'array' && node.kind !== 'group')) return;
      // The key of a node stands before it: a hit there is in the node's parent, which is open now.
      this.#open.add(nodeId(node));
      level = this.#read(node);
    }
  }

  rows(): TreeRow[] {
    const rows: TreeRow[] = [];
    // A stack, as a body may be deeper than the calls of a program may be.
    const stack: {
      nodes: JsonNode[];
      next: number;
      depth: number;
      keys: (string | number)[];
      parent: number;
    }[] = [{ nodes: this.roots, next: 0, depth: 0, keys: [], parent: -1 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const node = top.nodes[top.next];
      if (!node) {
        stack.pop();
        continue;
      }
      const place = ++top.next;
      const keys = node.key === undefined ? top.keys : [...top.keys, node.key];
      const open = this.isOpen(node);
      const inner =
        node.kind === 'group' ||
        ((node.kind === 'object' || node.kind === 'array') && this.#hasChildren(node));
      rows.push({
        node,
        depth: top.depth,
        keys,
        inner,
        open: open && inner,
        place,
        of: top.nodes.length,
        parent: top.parent,
      });
      if (open && inner) {
        stack.push({ nodes: this.#read(node), next: 0, depth: top.depth + 1, keys, parent: rows.length - 1 });
      }
    }
    return rows;
  }

  #hasChildren(node: JsonNode): boolean {
    const inside = /\S/g;
    inside.lastIndex = node.start + 1;
    const next = inside.exec(this.text)?.[0];
    return next !== undefined && next !== '}' && next !== ']';
  }
}

/** Where the words of a pattern stand in the keys and values of a JSON text, as places in the text. */
export function hitsIn(text: string, pattern: RegExp): number[] {
  const strings = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false/g;
  const hits: number[] = [];
  for (const match of text.matchAll(strings)) {
    pattern.lastIndex = 0;
    let shown = match[0];
    if (shown.includes('\\')) {
      try {
        shown = JSON.stringify(JSON.parse(shown));
      } catch {
        // What cannot be read is searched as it stands.
      }
    }
    for (const hit of shown.matchAll(pattern)) if (hit[0] !== '') hits.push(match.index);
  }
  return hits;
}

/** Tops of lines with different heights, and which lines are to be seen. */
export class Lines {
  readonly tops: Float64Array;

  constructor(heights: ArrayLike<number>) {
    this.tops = new Float64Array(heights.length + 1);
    for (let i = 0; i < heights.length; i++) this.tops[i + 1] = (this.tops[i] ?? 0) + (heights[i] ?? 0);
  }

  get height(): number {
    return this.tops.at(-1) ?? 0;
  }

  /** The line at a height. */
  at(y: number): number {
    let low = 0;
    let high = this.tops.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.tops[middle] ?? 0) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }
}
