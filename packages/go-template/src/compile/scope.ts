import type { ListNode, Node } from '../parse/node.ts';

/** A variable of a template as it stands in generated code. */
export interface CompiledVariable {
  /** The name in the code: a letter and a number, nothing of the template. */
  readonly code: string;
  /** The name of the flag that says whether Go has the value in an interface; only elements of loops are. */
  readonly flag: string | undefined;
}

/** The variables that are known at a place, innermost last. */
export class Scope {
  readonly #known: (readonly [name: string, variable: CompiledVariable])[] = [];

  mark(): number {
    return this.#known.length;
  }

  forget(mark: number): void {
    this.#known.length = mark;
  }

  declare(name: string, variable: CompiledVariable): void {
    this.#known.push([name, variable]);
  }

  find(name: string): CompiledVariable | undefined {
    return this.#known.findLast(([known]) => known === name)?.[1];
  }
}

/** The names of variables that loops assign to without declaring them. */
export function assignedByLoops(list: ListNode): Set<string> {
  const names = new Set<string>();
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (!('list' in node)) continue;
      if (node.type === 'range' && node.pipe.isAssignment) {
        for (const {
          names: [name = ''],
        } of node.pipe.declarations)
          names.add(name);
      }
      visit(node.list.nodes);
      if (node.elseList) visit(node.elseList.nodes);
    }
  };
  visit(list.nodes);
  return names;
}
