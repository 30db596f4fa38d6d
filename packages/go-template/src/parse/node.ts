import type { NumberConstant } from './number.ts';

/** Where a node begins: UTF-16 units from the start of the text that it was parsed from. */
interface Placed {
  readonly offset: number;
}

export interface ListNode extends Placed {
  readonly type: 'list';
  readonly nodes: Node[];
}
export interface TextNode extends Placed {
  readonly type: 'text';
  readonly text: string;
}
export interface ActionNode extends Placed {
  readonly type: 'action';
  readonly pipe: PipeNode;
}
export interface IfNode extends Placed {
  readonly type: 'if' | 'with' | 'range';
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList?: ListNode;
}
export interface JumpNode extends Placed {
  readonly type: 'break' | 'continue';
}
export interface TemplateNode extends Placed {
  readonly type: 'template';
  readonly name: string;
  readonly pipe?: PipeNode;
}
export interface PipeNode extends Placed {
  readonly type: 'pipe';
  readonly declarations: VariableNode[];
  /** `=` in place of `:=`. */
  isAssignment: boolean;
  readonly commands: CommandNode[];
}
export interface CommandNode extends Placed {
  readonly type: 'command';
  readonly operands: Operand[];
}
export interface IdentifierNode extends Placed {
  readonly type: 'identifier';
  readonly name: string;
}
/** `$x.a.b`: the name with its dollar first. */
export interface VariableNode extends Placed {
  readonly type: 'variable';
  readonly names: readonly string[];
}
export interface DotNode extends Placed {
  readonly type: 'dot' | 'nil';
}
export interface FieldNode extends Placed {
  readonly type: 'field';
  readonly names: readonly string[];
}
/** `(pipeline).a.b`. */
export interface ChainNode extends Placed {
  readonly type: 'chain';
  readonly operand: Operand;
  readonly names: readonly string[];
}
export interface BoolNode extends Placed {
  readonly type: 'bool';
  readonly value: boolean;
}
export interface NumberNode extends Placed {
  readonly type: 'number';
  readonly text: string;
  readonly constant: NumberConstant;
}
export interface StringNode extends Placed {
  readonly type: 'string';
  readonly quoted: string;
  readonly value: string;
}

/** What can stand in a command. */
export type Operand =
  | IdentifierNode
  | VariableNode
  | DotNode
  | FieldNode
  | ChainNode
  | PipeNode
  | BoolNode
  | NumberNode
  | StringNode;

/** What can stand in a list. */
export type Node = TextNode | ActionNode | IfNode | JumpNode | TemplateNode;

/** Nodes that messages can be about. */
export type ErrorNode = Node | Operand | CommandNode;

/** Ends of lists, which no tree has. */
export type EndNode = { readonly type: 'end' | 'else'; readonly offset: number };

/** Whether a list is nothing but space: such a definition does not replace another. */
export function isEmptyList(list: ListNode): boolean {
  return list.nodes.every((node) => node.type === 'text' && node.text.trim() === '');
}
