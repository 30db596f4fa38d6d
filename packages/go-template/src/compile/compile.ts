import type { Execution, Program } from '../execute/execution.ts';
import type { ListNode } from '../parse/node.ts';
import { collectNodes } from './collect-nodes.ts';
import { generateCode } from './generate.ts';
import { Interpreter } from './interpret.ts';

/** How trees are made executable: `compiled` to JavaScript, or `interpreted` where that is forbidden. */
export type ExecutionMode = 'compiled' | 'interpreted';

/** Makes a tree executable. */
export function compile(tree: ListNode, mode: ExecutionMode, isOwn: (name: string) => boolean): Program {
  return mode === 'compiled' ? compiled(tree, isOwn) : interpreted(tree, isOwn);
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

function interpreted(tree: ListNode, isOwn: (name: string) => boolean): Program {
  const nodes = collectNodes(tree);
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  return {
    nodes,
    run(execution, dot) {
      new Interpreter(execution, numbers, isOwn, dot).list(tree, { value: dot, isInterface: false });
    },
  };
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
