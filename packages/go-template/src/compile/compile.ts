import type { Execution, Program } from '../execute/execution.ts';
import type { ListNode } from '../parse/node.ts';
import { generateCode } from './generate.ts';
import { InterpretedProgram } from './interpret.ts';

/** How trees are made executable: `compiled` to JavaScript, or `interpreted` where that is forbidden. */
export type ExecutionMode = 'compiled' | 'interpreted';

/** Makes a tree executable. */
export function compile(tree: ListNode, mode: ExecutionMode, isOwn: (name: string) => boolean): Program {
  return mode === 'compiled' ? compiled(tree, isOwn) : new InterpretedProgram(tree, isOwn);
}

function compiled(tree: ListNode, isOwn: (name: string) => boolean): Program {
  const { code, constants, nodes } = generateCode(tree, isOwn);
  // Of the template there is nothing in the code but numbers: see `generateCode`.
  // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
  const make = new Function('c', `return (function(x,d0){${code}})`) as (
    c: readonly unknown[],
  ) => (execution: Execution, dot: unknown) => void;
  return { nodes, run: make(constants) };
}

let canGenerate: boolean | undefined;

/** What this JavaScript engine allows: a Content Security Policy may forbid generated code. */
export function defaultMode(): ExecutionMode {
  if (canGenerate === undefined) {
    try {
      // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
      canGenerate = (new Function('return true') as () => boolean)();
    } catch {
      canGenerate = false;
    }
  }
  return canGenerate ? 'compiled' : 'interpreted';
}
