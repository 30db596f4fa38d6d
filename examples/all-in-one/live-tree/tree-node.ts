/** What a line of the tree says of an object. */
export type NodeState = 'ready' | 'progressing' | 'failed' | 'terminating' | 'missing';

/** One line of the live tree, and the lines below it. */
export interface TreeNode {
  /** `Kind/namespace/name`. */
  readonly title: string;
  readonly state: NodeState;
  /** One line: the revision, or what it waits for. */
  readonly detail: string;
  /** All that there is to say, where that is more than a line. */
  readonly explanation?: string;
  /** When the object was created, in milliseconds since the epoch. */
  readonly createdAt?: number;
  readonly children: readonly TreeNode[];
}

/** Whether a node and everything below it is ready. */
export function isSettled(node: TreeNode): boolean {
  return node.state === 'ready' && node.children.every(isSettled);
}
