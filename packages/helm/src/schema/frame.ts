import type { Failure } from './failure.ts';
import type { Draft } from './metaschemas.ts';

/** What of an object or list no schema has looked at yet. */
export interface Unevaluated {
  readonly names: Set<string>;
  readonly items: Set<number>;
}

/** A value against a schema: what the keywords of a schema need. */
export interface Frame {
  readonly schema: Readonly<Record<string, unknown>>;
  readonly draft: Draft;
  /** Where no schema asks for it, there is none. */
  readonly unevaluated: Unevaluated | undefined;
  /** Whether formats are held to. */
  readonly checksFormats: boolean;
  /** Records a failure. */
  add(text: string, causes?: readonly Failure[]): void;
  /** Records a failure of another schema, where there is one. */
  take(failure: Failure | undefined): void;
  /** Holds the same value against a schema within this one. */
  check(path: readonly string[]): Failure | undefined;
  /** Holds a value in this one against a schema within this one. */
  checkIn(path: readonly string[], value: unknown, token: string): Failure | undefined;
  /** Holds a name against a schema within this one, as a document of its own. */
  checkName(path: readonly string[], name: string): Failure | undefined;
}
