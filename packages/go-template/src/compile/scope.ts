import type { ListNode, Node } from '../parse/node.ts';
import type { CodeWriter } from './code-writer.ts';

/** A variable of a template as it stands in generated code. */
export interface CompiledVariable {
  /** The name in the code: a letter and a number, nothing of the template. */
  readonly code: string;
  /** The name of the flag that says whether Go has the value in an interface; only elements of loops may be. */
  readonly flag: string | undefined;
}

/** The variables that are known at a place, innermost last. */
export class Scope {
  readonly #known: (readonly [name: string, variable: CompiledVariable])[] = [];
  readonly #elements: ReadonlySet<string>;

  constructor(tree: ListNode) {
    this.#elements = elementsOfLoops(tree);
  }

  mark(): number {
    return this.#known.length;
  }

  forget(mark: number): void {
    this.#known.length = mark;
  }

  /** Makes a variable known under a name of the template. */
  declare(name: string, writer: CodeWriter): CompiledVariable {
    const code = writer.local('v');
    const variable = { code, flag: this.#elements.has(name) ? writer.local('g') : undefined };
    this.#known.push([name, variable]);
    return variable;
  }

  find(name: string): CompiledVariable | undefined {
    return this.#known.findLast(([known]) => known === name)?.[1];
  }
}

/** The names of variables that loops declare or assign to. */
function elementsOfLoops(list: ListNode): Set<string> {
  const names = new Set<string>();
  const visit = (nodes: readonly Node[]): void => {
    for (const node of nodes) {
      if (node.type !== 'range' && node.type !== 'if' && node.type !== 'with') continue;
      if (node.type === 'range') {
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
