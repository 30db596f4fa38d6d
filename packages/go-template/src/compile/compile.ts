import type { Execution, Program } from '../execute/execution.ts';
import type { ListNode } from '../parse/node.ts';
import { generateCode } from './generate.ts';
import { InterpretedProgram } from './interpret.ts';

/**
 * How trees are made executable: `compiled` to JavaScript, or `interpreted` where that is forbidden. With `late` a tree is
 * interpreted until it has been executed often enough to be worth its code, for who renders once.
 */
export type ExecutionMode = 'compiled' | 'interpreted' | 'late';

/** Executions that together take about as long as to make code of a tree. */
const WORTH_CODE = 16;

/** Makes a tree executable: gives what executes it, which is asked for each time. */
export function compile(
  tree: ListNode,
  mode: ExecutionMode,
  isOwn: (name: string) => boolean,
): () => Program {
  if (mode === 'late' && defaultMode() === 'compiled') return compiledLate(tree, isOwn);
  const program = mode === 'compiled' ? compiled(tree, isOwn) : new InterpretedProgram(tree, isOwn);
  return () => program;
}

function compiledLate(tree: ListNode, isOwn: (name: string) => boolean): () => Program {
  let program: Program = new InterpretedProgram(tree, isOwn);
  let executions = 0;
  return () => {
    if (++executions === WORTH_CODE) program = compiled(tree, isOwn);
    return program;
  };
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
