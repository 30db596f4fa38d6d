import type { ErrorNode, ListNode, Operand, PipeNode } from '../parse/node.ts';

/** Every node of a tree that a message can be about. */
export function collectNodes(tree: ListNode): ErrorNode[] {
  const nodes: ErrorNode[] = [];
  collectList(tree, nodes);
  return nodes;
}

function collectList(list: ListNode, nodes: ErrorNode[]): void {
  for (const node of list.nodes) {
    nodes.push(node);
    if ('pipe' in node && node.pipe) collectPipe(node.pipe, nodes);
    if (!('list' in node)) continue;
    collectList(node.list, nodes);
    if (node.elseList) collectList(node.elseList, nodes);
  }
}

function collectPipe(pipe: PipeNode, nodes: ErrorNode[]): void {
  nodes.push(pipe, ...pipe.declarations);
  for (const command of pipe.commands) {
    nodes.push(command);
    for (const operand of command.operands) collectOperand(operand, nodes);
  }
}

function collectOperand(operand: Operand, nodes: ErrorNode[]): void {
  if (operand.type === 'pipe') return collectPipe(operand, nodes);
  nodes.push(operand);
  if (operand.type === 'chain') collectOperand(operand.operand, nodes);
}
