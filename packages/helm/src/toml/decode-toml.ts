import type { GoMap } from '@gitops-toolkit/go-template';
import { readScalar } from './toml-scalars.ts';
import { END, isNewline, quoteCharacter, TomlScanner } from './toml-scanner.ts';
import { readString } from './toml-strings.ts';
import { TomlTables } from './toml-tables.ts';

/** As deep as values may be within values. */
const MAX_DEPTH = 500;

/**
 * Reads a TOML text as the Go package `BurntSushi/toml` does: whole numbers are `int64`, tables are maps, lists of tables
 * `[]map[string]interface {}`.
 *
 * @throws TomlError with the Go package's words
 */
export function decodeToml(text: string): GoMap {
  return new TomlReader(text).read();
}

class TomlReader {
  readonly #scanner: TomlScanner;
  readonly #tables: TomlTables;
  #depth = 0;

  constructor(text: string) {
    this.#scanner = new TomlScanner(text);
    this.#tables = new TomlTables(this.#scanner);
  }

  read(): GoMap {
    const scanner = this.#scanner;
    for (;;) {
      scanner.skipLines();
      if (scanner.peek() === END) return this.#tables.root;
      if (scanner.accept('[')) this.#header();
      else this.#entry();
      this.#lineEnd();
    }
  }

  #lineEnd(): void {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const next = scanner.next();
    if (next === '#') scanner.skipComment();
    else if (next !== END && !isNewline(next)) {
      const got = quoteCharacter(next);
      throw scanner.fault(
        `expected a top-level item to end with a newline, comment, or EOF, but got ${got} instead`,
      );
    }
  }

  #header(): void {
    const scanner = this.#scanner;
    const isList = scanner.accept('[');
    const key: string[] = [];
    let line = scanner.line;
    for (let separator = '.'; separator === '.';) {
      scanner.skipSpace();
      if (key.length === 0) line = scanner.line;
      key.push(this.#tableName());
      scanner.skipSpace();
      separator = scanner.next();
      if (separator !== '.' && separator !== ']') {
        const got = quoteCharacter(separator);
        throw scanner.fault(`expected '.' or ']' to end table name, but got ${got} instead`);
      }
    }
    const last = isList ? scanner.next() : ']';
    if (last !== ']') {
      throw scanner.fault(
        `expected end of table array name delimiter ']', but got ${quoteCharacter(last)} instead`,
      );
    }
    this.#tables.open(key, isList, line);
  }

  #tableName(): string {
    const scanner = this.#scanner;
    const next = scanner.peek();
    if (next === ']' || next === END) {
      throw scanner.fault('unexpected end of table name (table names cannot be empty)');
    }
    if (next === '.') throw scanner.fault('unexpected table separator (table names cannot be empty)');
    return this.#name(next);
  }

  #name(next: string): string {
    if (next === '"' || next === "'") return readString(this.#scanner, false);
    return this.#scanner.takeWhile((character) => /^[A-Za-z0-9_-]$/.test(character));
  }

  /** `a.b = value` */
  #entry(): void {
    const line = this.#scanner.line;
    const key = this.#key();
    const leave = this.#tables.enter(key, line);
    this.#scanner.skipSpace();
    const value = this.#value(false);
    this.#tables.set(value, line, Array.isArray(value));
    leave();
  }

  #key(): string[] {
    const scanner = this.#scanner;
    const key: string[] = [];
    for (;;) {
      scanner.skipSpace();
      key.push(this.#keyPart(key.length === 0));
      scanner.skipSpace();
      const next = scanner.next();
      if (next === '=') return key;
      if (next === '.') continue;
      if (next === END) throw scanner.fault("unexpected EOF; expected key separator '='");
      const message = `expected '.' or '=', but got ${quoteCharacter(next)} instead`;
      throw next === '\n' ? scanner.faultBefore(message) : scanner.fault(message);
    }
  }

  #keyPart(isFirst: boolean): string {
    const scanner = this.#scanner;
    const next = scanner.peek();
    if (next === '=' || next === END) {
      throw scanner.fault(isFirst ? "unexpected '=': key name appears blank" : "unexpected '='");
    }
    if (next === '.')
      throw scanner.fault(isFirst ? "unexpected '.': keys cannot start with a '.'" : "unexpected '.'");
    return this.#name(next);
  }

  #value(isInList: boolean): unknown {
    const scanner = this.#scanner;
    scanner.skipSpace();
    const next = scanner.peek();
    if (next === '"' || next === "'") return readString(scanner, true);
    if (next !== '[' && next !== '{') return readScalar(scanner);
    if (++this.#depth > MAX_DEPTH) throw scanner.fault(`values are nested deeper than ${MAX_DEPTH}`);
    const value = next === '[' ? this.#list() : this.#inlineTable(isInList);
    this.#depth--;
    return value;
  }

  #list(): unknown[] {
    const scanner = this.#scanner;
    scanner.next();
    const items: unknown[] = [];
    for (;;) {
      scanner.skipLines();
      if (scanner.accept(']')) return items;
      if (scanner.accept(',')) throw scanner.fault('unexpected comma');
      items.push(this.#value(true));
      scanner.skipLines();
      const next = scanner.next();
      if (next === ']') return items;
      if (next !== ',') {
        const got = next === END ? 'end of file' : `'${next}'`;
        throw scanner.fault(`expected a comma (',') or array terminator (']'), but got ${got}`);
      }
    }
  }

  #inlineTable(isInList: boolean): GoMap {
    const scanner = this.#scanner;
    scanner.next();
    const table = this.#tables.enterInline(isInList, scanner.line);
    for (;;) {
      scanner.skipLines();
      if (scanner.accept('}')) return table.leave();
      if (scanner.accept(',')) throw scanner.fault('unexpected comma');
      const line = scanner.line;
      const key = this.#key();
      const leave = this.#tables.enter(key, line);
      const value = this.#value(false);
      this.#tables.set(value, line, Array.isArray(value));
      table.set(key, value);
      leave();
      if (!this.#comma()) return table.leave();
    }
  }

  /** Whether more follows. */
  #comma(): boolean {
    const scanner = this.#scanner;
    scanner.skipLines();
    const next = scanner.next();
    if (next === '}') return false;
    if (next === ',') return true;
    const got = next === END ? 'end of file' : `'${next}'`;
    throw scanner.fault(`expected a comma or an inline table terminator '}', but got ${got} instead`);
  }
}
