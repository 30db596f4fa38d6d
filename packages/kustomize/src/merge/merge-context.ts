import type { Place } from '../errors.ts';
import type { MergeSchema } from './merge-schema.ts';

/** A place in an object. */
export type ValuePath = readonly (string | number)[];

/** The place that a merge is in: one list, which grows and shrinks as the merge goes down and up again. */
export type CurrentPath = (string | number)[];

export type Quote = '"' | "'";

/** How a scalar of the target was written, where that is known. */
export interface WrittenStyles {
  /** Whether a text (now `text`) was quoted. */
  isQuoted(path: ValuePath, text?: string): boolean | undefined;
  /** The quote that a text begins with, if it has any. */
  quote(path: ValuePath): Quote | undefined;
  /** A timestamp or boolean as it was written. */
  plainText(path: ValuePath): string | undefined;
  /** Where a value stands. */
  place(path: ValuePath): Place | undefined;
  /** The value as it was read, before any change. */
  read(): unknown;
  /** How a null was written: `null`, `~`, or with nothing at all; `undefined` for what is no null. */
  nullText(path: ValuePath): string | undefined;
}

/** Finds how the lists of a kind are merged. */
export type FindSchema = (apiVersion: string, kind: string) => MergeSchema | undefined;

/** What holds for a whole merge. */
export interface MergeContext {
  readonly findSchema: FindSchema;
  readonly newElements: 'prepend' | 'append';
  readonly inferKeys: boolean;
  readonly styles?: WrittenStyles;
  /** Gives for a timestamp or boolean of the patch the text that it was written as. */
  readonly patchText?: (value: string | boolean, path: ValuePath) => string | undefined;
}

/** Merges two values in one place; {@link mergeKeyedList} is given it for the elements. */
export type Merge = (
  target: unknown,
  patch: unknown,
  schema: MergeSchema | undefined,
  context: MergeContext,
  path: CurrentPath,
) => unknown;
