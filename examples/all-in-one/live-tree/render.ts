import type { NodeState, TreeNode } from './tree-node.ts';

/** How a tree is drawn. */
export interface RenderOptions {
  /** Milliseconds since the epoch, for the ages. */
  readonly now: number;
  /** Columns; longer lines are cut. */
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

/** The lines of a tree: a mark, the object, its age, and what there is to say. */
export function renderTree(root: TreeNode, options: RenderOptions): string[] {
  const rows = [...rowsOf(root, '', '')];
  const titleWidth = Math.max(...rows.map((row) => row.title.length));
  return rows.map(({ title, node, lead }) => {
    const [mark, color] = marks[node.state];
    const age = node.createdAt === undefined ? '' : formatAge(options.now - node.createdAt);
    const text = `${title.padEnd(titleWidth)}  ${age.padStart(4)}  ${node.detail}`.trimEnd();
    const cut = text.slice(0, Math.max(20, options.width - lead.length - 2));
    return `${lead}${options.color ? `\x1b[${color}m${mark}\x1b[0m` : mark} ${cut.slice(lead.length)}`;
  });
}

function* rowsOf(
  node: TreeNode,
  lead: string,
  below: string,
): Generator<{ title: string; node: TreeNode; lead: string }> {
  // The title is padded as if it began at the left edge, so that the columns behind it line up.
  yield { title: `${' '.repeat(lead.length)}${node.title}`, node, lead };
  for (const [i, child] of node.children.entries()) {
    const last = i === node.children.length - 1;
    yield* rowsOf(child, `${below}${last ? '└─ ' : '├─ '}`, `${below}${last ? '   ' : '│  '}`);
  }
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
