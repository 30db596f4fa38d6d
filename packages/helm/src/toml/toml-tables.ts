import { setOwn } from '@gitops-toolkit/core';
import { type GoMap, isGoMap, typedList, typedMap } from '@gitops-toolkit/go-template';
import { tomlKey } from './encode-toml.ts';
import type { TomlScanner } from './toml-scanner.ts';

const TABLE = 'map[string]interface {}';

/** A table within a value. */
interface InlineTable {
  set(key: readonly string[], value: unknown): void;
  /** Ends it, and gives what is in it. */
  leave(): GoMap;
}

/** The tables of a document, with the rules on what may be defined where. */
export class TomlTables {
  readonly root: GoMap = typedMap(TABLE);
  readonly #scanner: TomlScanner;
  /** Tables that are there only because something is in them. */
  readonly #implicit = new Set<string>();
  readonly #lists = new Set<string>();
  #context: readonly string[] = [];
  #key = '';

  constructor(scanner: TomlScanner) {
    this.#scanner = scanner;
  }

  /** `[a.b]` or `[[a.b]]` */
  open(key: readonly string[], isList: boolean, line: number): void {
    this.#addContext(key, isList, line);
    this.#tell();
  }

  /** Goes to the table that a dotted key is in; gives how to come back. */
  enter(key: readonly string[], line: number): () => void {
    const outer = this.#context;
    this.#key = key.at(-1) ?? '';
    this.#tell();
    for (const part of key.slice(0, -1)) {
      const context = [...this.#context, part];
      this.#implicit.add(nameOf(context));
      this.#addContext(context, false, line);
    }
    this.#tell();
    return () => {
      this.#context = outer;
      this.#key = '';
      this.#tell();
    };
  }

  /** Sets the value of the key that was entered. */
  set(value: unknown, line: number, isList: boolean): void {
    if (isList) this.#lists.add(nameOf([...this.#context, this.#key]));
    this.#setValue(this.#key, value, line);
  }

  enterInline(isInList: boolean, line: number): InlineTable {
    const [outer, outerKey] = [this.#context, this.#key];
    const own = [...outer, outerKey];
    this.#key = '';
    this.#implicit.add(nameOf(own));
    this.#addContext(own, isInList, line);
    const table = typedMap(TABLE);
    return {
      set: (key, value) => {
        let target = table;
        for (const part of key.slice(0, -1)) target = inner(target, part);
        setOwn(target, key.at(-1) ?? '', value);
      },
      leave: () => {
        this.#context = outer;
        this.#key = outerKey;
        this.#tell();
        return table;
      },
    };
  }

  #addContext(key: readonly string[], isList: boolean, line: number): void {
    let table = this.root;
    const context: string[] = [];
    for (const part of key.slice(0, -1)) {
      context.push(part);
      if (!Object.hasOwn(table, part)) {
        this.#implicit.add(nameOf(context));
        setOwn(table, part, typedMap(TABLE));
      }
      const found = lastTable(table[part]);
      if (!found) throw this.#fault(`Key '${nameOf(context)}' was already created as a hash.`, line);
      table = found;
    }
    this.#context = context;
    const name = key.at(-1) ?? '';
    if (isList) this.#addToList(table, key, name, line);
    else this.#setValue(name, typedMap(TABLE), line);
    this.#context = [...context, name];
  }

  #addToList(table: GoMap, key: readonly string[], name: string, line: number): void {
    if (!Object.hasOwn(table, name)) setOwn(table, name, typedList(`[]${TABLE}`));
    const list = table[name];
    if (!Array.isArray(list) || this.#lists.has(nameOf(key))) {
      throw this.#fault(`Key '${nameOf(key)}' was already created and cannot be used as an array.`, line);
    }
    list.push(typedMap(TABLE));
  }

  #setValue(name: string, value: unknown, line: number): void {
    let table = this.root;
    const context: string[] = [];
    for (const part of this.#context) {
      context.push(part);
      const found = lastTable(table[part]);
      if (!found) throw this.#fault(`Key '${nameOf(context)}' has already been defined.`, line);
      table = found;
    }
    const full = nameOf([...context, name]);
    if (Object.hasOwn(table, name)) {
      if (!this.#implicit.delete(full)) throw this.#fault(`Key '${full}' has already been defined.`, line);
      if (!this.#lists.has(full)) return;
    }
    setOwn(table, name, value);
  }

  #tell(): void {
    const parts = this.#key === '' ? [] : [this.#key];
    const context = this.#context.length === 0 ? [] : [nameOf(this.#context)];
    this.#scanner.lastKey = [...context, ...parts].join('.');
  }

  #fault(message: string, line: number): Error {
    this.#tell();
    return this.#scanner.fault(message, line);
  }
}

const nameOf = (key: readonly string[]): string => key.map(tomlKey).join('.');

function lastTable(value: unknown): GoMap | undefined {
  const table: unknown = Array.isArray(value) ? value.at(-1) : value;
  return isGoMap(table) ? table : undefined;
}

function inner(table: GoMap, part: string): GoMap {
  const found = Object.hasOwn(table, part) ? table[part] : undefined;
  if (isGoMap(found)) return found;
  const made = typedMap(TABLE);
  setOwn(table, part, made);
  return made;
}
