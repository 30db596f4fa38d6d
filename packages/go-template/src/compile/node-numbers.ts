import type { ErrorNode, ListNode } from '../parse/node.ts';

/** The nodes of a tree that messages can be about, by the numbers by which an execution knows where it is. */
export class NodeNumbers {
  readonly #nodes: ErrorNode[] = [];
  readonly #numbers = new Map<ErrorNode, number>();

  /** Where nothing was come to yet, an execution is at the first node. */
  constructor({ nodes: [first] }: ListNode) {
    if (first) this.of(first);
  }

  get nodes(): readonly ErrorNode[] {
    return this.#nodes;
  }

  /** The number of a node, which gets one when it is come to: of most trees little is executed. */
  of(node: ErrorNode): number {
    let number = this.#numbers.get(node);
    if (number === undefined) {
      number = this.#nodes.push(node) - 1;
      this.#numbers.set(node, number);
    }
    return number;
  }
}
