import { KustomizeError } from '../errors.ts';
import { applyOperator, isDefaultOperator } from './operators.ts';
import { type ExpressionNode, parseTemplate } from './parse-template.ts';

/** The value of a variable, or `undefined` where there is none. */
export type LookUpVariable = (name: string) => string | undefined;

/**
 * Replaces the expressions in a text.
 *
 * @throws KustomizeError KUSTOMIZE_SUBSTITUTION for a variable without value and default.
 */
export function expandText(text: string, lookUp: LookUpVariable): string {
  return parseTemplate(text)
    .map((part) => (typeof part === 'string' ? part : evaluate(part, lookUp)))
    .join('');
}

function evaluate(node: ExpressionNode, lookUp: LookUpVariable): string {
  const args = node.args.map((arg) => (typeof arg === 'string' ? arg : evaluate(arg, lookUp)));
  const value = lookUp(node.name);
  if (value === undefined && !isDefaultOperator(node.operator)) {
    throw new KustomizeError('KUSTOMIZE_SUBSTITUTION', `variable not set (strict mode): "${node.name}"`, {
      hint: `Give ${node.name} a value, write \${${node.name}:=default}, or $\${${node.name}} for the text itself.`,
    });
  }
  return applyOperator(node.operator, value ?? '', args);
}
