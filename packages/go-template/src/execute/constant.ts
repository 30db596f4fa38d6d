import type { NumberNode, Operand } from '../parse/node.ts';
import { printNode } from '../parse/print-node.ts';
import type { GoType } from '../value/go-function.ts';
import { canBeNil } from '../value/go-type.ts';
import { Sized, type IntegerType, wrap } from '../value/sized.ts';

interface Failing {
  fail(message: string): never;
}

/** A number where nothing says what type it should be: its syntax does. */
export function idealConstant(context: Failing, { text, constant }: NumberNode): unknown {
  if (constant.complex) return new Sized('complex128', constant.complex);
  const isHex = /^0[xX]/.test(text) && !/[pP]/.test(text);
  if (constant.float !== undefined && !isHex && !text.startsWith("'") && /[.eEpP]/.test(text))
    return constant.float;
  if (constant.int !== undefined) return constant.int;
  return context.fail(`${text} overflows int`);
}

/** A literal as the argument for a parameter of a type. */
export function constantFor(context: Failing, node: Operand, type: GoType): unknown {
  if (node.type === 'nil') {
    if (!canBeNil(type)) return context.fail(`cannot assign nil to ${type}`);
    return type === 'reflect.Value' ? undefined : null;
  }
  if (type === 'interface {}' || type === 'reflect.Value') return plainConstant(context, node);
  if (type === 'string') return node.type === 'string' ? node.value : expected(context, 'string', node);
  if (type === 'bool') return node.type === 'bool' ? node.value : expected(context, 'bool', node);
  if (/^u?int\d*$/.test(type)) return integerConstant(context, node, type);
  if (type === 'float64' || type === 'float32') {
    const float = node.type === 'number' ? node.constant.float : undefined;
    return float ?? expected(context, 'float', node);
  }
  return context.fail(`can't handle ${printNode(node)} for arg of type ${type}`);
}

function plainConstant(context: Failing, node: Operand): unknown {
  if (node.type === 'number') return idealConstant(context, node);
  if (node.type === 'string' || node.type === 'bool') return node.value;
  return context.fail(`can't handle assignment of ${printNode(node)} to empty interface argument`);
}

function integerConstant(context: Failing, node: Operand, type: GoType): unknown {
  const isUnsigned = type.startsWith('u');
  const constant = node.type === 'number' ? node.constant[isUnsigned ? 'uint' : 'int'] : undefined;
  if (constant === undefined) return expected(context, isUnsigned ? 'unsigned integer' : 'integer', node);
  return type === 'int' ? constant : new Sized(type as IntegerType, wrap(constant, type as IntegerType));
}

function expected(context: Failing, what: string, node: Operand): never {
  return context.fail(`expected ${what}; found ${printNode(node)}`);
}
