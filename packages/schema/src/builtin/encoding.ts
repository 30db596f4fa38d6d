import type { Schema } from '../schema.ts';

/**
 * The compact form in which the schemas of the built-in kinds are stored: one definition a line,
 * `name apiVersion json`, `-` for an API version where the definition is no kind of its own.
 * `tools/generate-builtin-schemas.ts` writes it.
 */
export interface EncodedObject {
  /** The definition that this node is, with the fields below in addition. */
  readonly ref?: string;
  readonly type?: Schema['type'];
  /** Properties. */
  readonly p?: Readonly<Record<string, EncodedNode>>;
  /** Required properties. */
  readonly r?: readonly string[];
  /** What additional properties are. */
  readonly a?: EncodedNode;
  /** What items are. */
  readonly i?: EncodedNode;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly format?: string;
  readonly oneOf?: readonly EncodedNode[];
  /** `x-kubernetes-list-type`. */
  readonly list?: 'set' | 'map' | 'atomic';
  /** `x-kubernetes-list-map-keys`. */
  readonly keys?: readonly string[];
  /** `x-kubernetes-map-type`. */
  readonly map?: 'atomic' | 'granular';
  /** `x-kubernetes-patch-strategy`. */
  readonly patch?: string;
  /** `x-kubernetes-patch-merge-key`. */
  readonly merge?: string;
}

/** A scalar's code, the name of a definition (which has dots), or a node of its own. */
export type EncodedNode = string | EncodedObject;

/** The nodes that are so frequent that a letter stands for them. All of one kind are one object. */
export const SCALARS: Readonly<Record<string, Schema>> = {
  s: { type: 'string' },
  b: { type: 'boolean' },
  i: { type: 'integer', format: 'int32' },
  l: { type: 'integer', format: 'int64' },
  d: { type: 'number', format: 'double' },
  t: { type: 'string', format: 'date-time' },
  y: { type: 'string', format: 'byte' },
  x: { 'x-kubernetes-int-or-string': true },
  q: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  o: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  any: { 'x-kubernetes-preserve-unknown-fields': true },
};
