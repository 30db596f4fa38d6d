import type { Program } from './execute/execution.ts';
import type { ListNode } from './parse/node.ts';
import type { ParsedText } from './parse/parser.ts';

/** Keeps what was parsed and compiled, by name and text. */
export class TemplateCache {
  /** By text first: of a string that is there already, JavaScript knows the hash, and of one put together it does not. */
  readonly #parsed = new Map<string, Map<string, ParsedText>>();
  readonly #programs = new WeakMap<ListNode, () => Program>();
  readonly #maxUnits: number;
  #units = 0;
  #parses = 0;
  #compilations = 0;

  /** @param maxUnits UTF-16 units of template text that are kept; what is more drops the oldest. */
  constructor(maxUnits: number = 32 << 20) {
    this.#maxUnits = maxUnits;
  }

  /** What was made since the cache is there, because it was not kept yet: an execution of what is known makes nothing. */
  get made(): { readonly parsed: number; readonly compiled: number } {
    return { parsed: this.#parses, compiled: this.#compilations };
  }

  /** The parsed form of a text, made where it is not there yet. */
  parsed(name: string, text: string, parse: () => ParsedText): ParsedText {
    let byName = this.#parsed.get(text);
    let parsed = byName?.get(name);
    if (parsed) return parsed;
    parsed = parse();
    this.#parses++;
    if (!byName) this.#parsed.set(text, (byName = new Map()));
    byName.set(name, parsed);
    this.#units += name.length + text.length;
    this.#dropOldest();
    return parsed;
  }

  /** What gives the executable form of a tree, made where it is not there yet. */
  program(tree: ListNode, make: () => () => Program): () => Program {
    let program = this.#programs.get(tree);
    if (program) return program;
    program = make();
    this.#compilations++;
    this.#programs.set(tree, program);
    return program;
  }

  #dropOldest(): void {
    for (const [text, byName] of this.#parsed) {
      if (this.#units <= this.#maxUnits) return;
      this.#parsed.delete(text);
      for (const name of byName.keys()) this.#units -= name.length + text.length;
    }
  }
}
