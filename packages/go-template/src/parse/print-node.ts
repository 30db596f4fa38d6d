import type { CommandNode, ListNode, Node, Operand, PipeNode } from './node.ts';
import { quoteString } from '../format/quote.ts';

/** A node as Go prints it, which error messages show between `<` and `>`. */
export function printNode(node: Node | Operand | CommandNode | ListNode): string {
  switch (node.type) {
    case 'list':
      return node.nodes.map(printNode).join('');
    case 'text':
      return node.text;
    case 'action':
      return `{{${printNode(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range': {
      const otherwise = node.elseList ? `{{else}}${printNode(node.elseList)}` : '';
      return `{{${node.type} ${printNode(node.pipe)}}}${printNode(node.list)}${otherwise}{{end}}`;
    }
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
    case 'template':
      return `{{template ${quoteString(node.name)}${node.pipe ? ` ${printNode(node.pipe)}` : ''}}}`;
    case 'command':
      return node.operands.map(printOperand).join(' ');
    case 'pipe':
      return printPipe(node);
    case 'identifier':
      return node.name;
    case 'variable':
      return node.names.join('.');
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'field':
      return node.names.map((name) => `.${name}`).join('');
    case 'chain':
      return printOperand(node.operand) + node.names.map((name) => `.${name}`).join('');
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
  }
}

const printOperand = (operand: Operand): string =>
  operand.type === 'pipe' ? `(${printNode(operand)})` : printNode(operand);

function printPipe({ declarations, isAssignment, commands }: PipeNode): string {
  const names = declarations.map(printNode).join(', ');
  const declared = names === '' ? '' : `${names} ${isAssignment ? '=' : ':='} `;
  return declared + commands.map(printNode).join(' | ');
}
