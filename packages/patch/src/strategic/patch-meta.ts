import type { Schema } from '@gitops-toolkit/schema';

import { invalid } from './directives.ts';

/** How strategic merge treats a field. */
export interface PatchMeta {
  /** The schema of the map, or of the items of the list; `undefined` where nothing is known. */
  readonly schema: Schema | undefined;
  /** Without a strategy maps merge and lists are replaced. */
  readonly strategy: 'merge' | 'replace' | undefined;
  /** Whether patches of the map list the keys to keep. */
  readonly retainKeys: boolean;
  /** The field that tells the items of a merged list apart; empty for lists of scalars. */
  readonly mergeKey: string;
}

interface FieldMeta {
  readonly map: PatchMeta;
  readonly list: PatchMeta;
}

const UNKNOWN: PatchMeta = { schema: undefined, strategy: undefined, retainKeys: false, mergeKey: '' };

/** What each schema says about itself is worked out once. */
const known = new WeakMap<Schema, FieldMeta>();

/** How the map in the field `key` merges. */
export function mapMeta(schema: Schema | undefined, key: string): PatchMeta {
  const field = fieldSchema(schema, key);
  return field ? metaOf(field).map : UNKNOWN;
}

/** How the list in the field `key` merges. */
export function listMeta(schema: Schema | undefined, key: string): PatchMeta {
  const field = fieldSchema(schema, key);
  return field ? metaOf(field).list : UNKNOWN;
}

function fieldSchema(schema: Schema | undefined, key: string): Schema | undefined {
  if (!schema) return undefined;
  const { properties, additionalProperties } = schema;
  if (properties && Object.hasOwn(properties, key)) return properties[key];
  if (typeof additionalProperties === 'object') return additionalProperties;
  if (!properties || additionalProperties || schema['x-kubernetes-preserve-unknown-fields']) return undefined;
  throw invalid(`unable to find api field ${JSON.stringify(key)}`);
}

function metaOf(schema: Schema): FieldMeta {
  let meta = known.get(schema);
  if (!meta) {
    const rules = { ...readStrategy(schema), mergeKey: schema['x-kubernetes-patch-merge-key'] ?? '' };
    meta = { map: { schema, ...rules }, list: { schema: schema.items, ...rules } };
    known.set(schema, meta);
  }
  return meta;
}

function readStrategy(schema: Schema): Pick<PatchMeta, 'strategy' | 'retainKeys'> {
  const words = schema['x-kubernetes-patch-strategy']?.split(',') ?? [];
  const retainKeys = words.includes('retainKeys');
  const others = words.filter((word) => word !== 'retainKeys' && word !== '');
  const [strategy] = others;
  if (others.length > 1) throw invalid(`unexpected patch strategy: [${words.join(' ')}]`);
  return { retainKeys, strategy: strategy === 'merge' || strategy === 'replace' ? strategy : undefined };
}
