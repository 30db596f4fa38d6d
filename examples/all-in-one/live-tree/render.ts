import type { NodeState, TreeNode } from './tree-node.ts';

/** How a tree is drawn. */
export interface RenderOptions {
  /** Milliseconds since the epoch, for the ages. */
  readonly now: number;
  /** Columns; longer lines are cut, to 20 columns at the least. */
  readonly width: number;
  readonly color: boolean;
}

const marks: Readonly<Record<NodeState, readonly [mark: string, color: number]>> = {
  ready: ['●', 32],
  progressing: ['◐', 33],
  failed: ['✗', 31],
  terminating: ['◌', 35],
  missing: ['○', 90],
};

/** What is drawn of one object. */
export interface TreeLine {
  /** The object: no two lines of a tree share a key, and it stays the same from one look to the next. */
  readonly key: string;
  /** What the line says of the object apart from its age: when this differs, something happened. */
  readonly news: string;
  /** The line as it is shown, at most as wide as asked for. */
  readonly text: string;
  readonly isReady: boolean;
}

/** The lines of a tree: a mark, the object, its age, and what there is to say. */
export function renderTree(root: TreeNode, options: RenderOptions): TreeLine[] {
  const rows = [...rowsOf(root, '', '')];
  const titleEnd = rows.reduce((end, { lead, node }) => Math.max(end, lead.length + node.title.length), 0);
  const nextKey = uniqueKeys();
  return rows.map(({ node, lead }) => {
    const [mark, color] = marks[node.state];
    const age = node.createdAt === undefined ? '' : formatAge(options.now - node.createdAt);
    const title = node.title.padEnd(titleEnd - lead.length);
    // Messages come from the cluster: a control character in one would move the cursor.
    const said = `${title}  ${age.padStart(4)}  ${node.detail}`.replaceAll(/\p{Cc}/gu, ' ').trimEnd();
    const shownMark = options.color ? `\x1b[${color}m${mark}\x1b[0m` : mark;
    return {
      key: nextKey(node.title),
      news: `${mark} ${node.detail}`,
      text: cutLine(`${lead}${shownMark} ${said}`, Math.max(MIN_WIDTH, options.width)),
      isReady: node.state === 'ready',
    };
  });
}

/** Below this many columns nothing of use is left of a line. */
const MIN_WIDTH = 20;

function* rowsOf(node: TreeNode, lead: string, below: string): Generator<{ node: TreeNode; lead: string }> {
  yield { node, lead };
  for (const [i, child] of node.children.entries()) {
    const last = i === node.children.length - 1;
    yield* rowsOf(child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
  }
}

/** Titles leave out the API group, so that two objects may have the same one. */
function uniqueKeys(): (title: string) => string {
  const counts = new Map<string, number>();
  return (title) => {
    const count = (counts.get(title) ?? 0) + 1;
    counts.set(title, count);
    return count === 1 ? title : `${title} (${count})`;
  };
}

/** The part of a line that fits into `width` columns, with all of its colors. */
export function cutLine(line: string, width: number): string {
  let column = 0;
  return piecesOf(line)
    .filter((piece) => {
      const columns = columnsOfPiece(piece);
      column += columns;
      return columns === 0 || column <= width;
    })
    .join('');
}

/** How many columns of a terminal a line takes. */
export function columnsOf(line: string): number {
  return piecesOf(line).reduce((sum, piece) => sum + columnsOfPiece(piece), 0);
}

/** Characters and whole color sequences. */
function piecesOf(line: string): string[] {
  return line.match(/\p{Cc}\[[\d;]*m|./gsu) ?? [];
}

const takesNone = /^(?:\p{Cc}|\p{Mn}|\p{Me}|\p{Cf})/u;
const takesTwo =
  /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303E\uFF01-\uFF60]/u;

function columnsOfPiece(piece: string): number {
  if (takesNone.test(piece)) return 0;
  return takesTwo.test(piece) ? 2 : 1;
}

/** An age as kubectl writes it: the largest one or two units. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h` : `${Math.floor(hours / 24)}d`;
}
