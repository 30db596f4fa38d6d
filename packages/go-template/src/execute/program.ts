import type { CommandNode, Node, Operand } from '../parse/node.ts';
import type { ListNode } from '../parse/node.ts';
import type { Execution } from './execution.ts';

/** A node that messages can be about. */
export type ErrorNode = Node | Operand | CommandNode;

/** A tree in a form that can be executed. */
export interface Program {
  /** The nodes, by the numbers that the program names them with. */
  readonly nodes: readonly ErrorNode[];
  /** Writes to the execution; `isInterface` tells whether Go would have `dot` in an interface. */
  readonly run: (execution: Execution, dot: unknown) => void;
}

/** A template of a set. */
export interface Template {
  readonly name: string;
  readonly tree: ListNode;
  /** The name and text that it was parsed from, which messages show. */
  readonly source: { readonly name: string; readonly text: string };
  /** Made with the first execution. */
  readonly program: () => Program;
}
