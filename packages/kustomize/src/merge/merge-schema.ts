import { getOwn, isRecord } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema/builtin';
import { LATER_FIELDS } from './known-kinds.ts';

/** What strategic merge needs to know of the value in one place. */
export interface MergeSchema {
  /** A list whose elements are merged, rather than the list replaced. */
  readonly isMergedList: boolean;
  /** The fields that tell its elements apart; none for a list of scalars. */
  readonly mergeKeys: readonly string[];
  /** The value of a field of a map. */
  field(name: string): MergeSchema | undefined;
  /** The elements of a list. */
  elements(): MergeSchema | undefined;
}

/** The part of OpenAPI that tells how lists are merged; `$ref`s go to other definitions. */
export interface MergeSchemaSource {
  readonly type?: unknown;
  readonly properties?: unknown;
  readonly additionalProperties?: unknown;
  readonly items?: unknown;
  readonly 'x-kubernetes-patch-strategy'?: unknown;
  readonly 'x-kubernetes-patch-merge-key'?: unknown;
  readonly 'x-kubernetes-list-map-keys'?: unknown;
  readonly 'x-kubernetes-list-type'?: unknown;
}

type Resolve = (source: unknown) => MergeSchemaSource | undefined;

class SourceSchema implements MergeSchema {
  readonly isMergedList: boolean;
  readonly mergeKeys: readonly string[];
  readonly #source: MergeSchemaSource;
  readonly #resolve: Resolve;
  readonly #hidden: ReadonlySet<string> | undefined;
  readonly #fields = new Map<string, MergeSchema | undefined>();
  #elements: MergeSchema | undefined;

  constructor(source: MergeSchemaSource, resolve: Resolve, hidden?: ReadonlySet<string>) {
    this.#source = source;
    this.#resolve = resolve;
    this.#hidden = hidden;
    const strategy = source['x-kubernetes-patch-strategy'];
    this.isMergedList = typeof strategy === 'string' && strategy.split(',').includes('merge');
    this.mergeKeys = mergeKeysOf(source);
  }

  field(name: string): MergeSchema | undefined {
    if (this.#fields.has(name)) return this.#fields.get(name);
    const property: unknown = this.#hidden?.has(name) ? undefined : getOwn(this.#source.properties, name);
    const found = this.#wrap(property ?? this.#source.additionalProperties);
    this.#fields.set(name, found);
    return found;
  }

  elements(): MergeSchema | undefined {
    const { type, items } = this.#source;
    if (type !== 'array' && !(Array.isArray(type) && type.length === 1 && type[0] === 'array'))
      return undefined;
    return (this.#elements ??= this.#wrap(items));
  }

  #wrap(source: unknown): MergeSchema | undefined {
    const resolved = this.#resolve(source);
    return resolved && new SourceSchema(resolved, this.#resolve, this.#hidden);
  }
}

function mergeKeysOf(source: MergeSchemaSource): readonly string[] {
  const keys = source['x-kubernetes-list-map-keys'];
  if (Array.isArray(keys)) return keys.filter((key) => typeof key === 'string');
  const key = source['x-kubernetes-patch-merge-key'];
  return typeof key === 'string' ? [key] : [];
}

/**
 * The schema of a custom resource. CustomResourceDefinitions tell of lists how they are merged by their type,
 * where Kubernetes' own kinds have a patch strategy.
 */
export function mergeSchemaOfCustomResource(schema: object): MergeSchema {
  return new SourceSchema(withStrategy(schema), (source) =>
    isRecord(source) ? withStrategy(source) : undefined,
  );
}

function withStrategy(source: MergeSchemaSource): MergeSchemaSource {
  const type = source['x-kubernetes-list-type'];
  return type === 'map' || type === 'set' ? { ...source, 'x-kubernetes-patch-strategy': 'merge' } : source;
}

const linked = new WeakMap<Schema, MergeSchema>();

const resolveLinked: Resolve = (source) => (isRecord(source) ? source : undefined);

/** A schema whose parts are linked to one another. */
export function mergeSchemaOf(schema: Schema): MergeSchema {
  let found = linked.get(schema);
  if (!found) linked.set(schema, (found = new SourceSchema(schema, resolveLinked, LATER_FIELDS)));
  return found;
}

/** A definition of an OpenAPI document whose parts refer to other definitions. */
export function mergeSchemaOfDefinition(definition: unknown, definitions: unknown): MergeSchema | undefined {
  const resolve: Resolve = (source) => {
    let at: unknown = source;
    for (let hops = 0; isRecord(at) && typeof at['$ref'] === 'string' && hops < 100; hops++) {
      const name = /^#\/definitions\/(.*)$/.exec(at['$ref'])?.[1];
      at =
        name === undefined
          ? undefined
          : getOwn(definitions, name.replaceAll('~1', '/').replaceAll('~0', '~'));
    }
    return isRecord(at) ? at : undefined;
  };
  const resolved = resolve(definition);
  return resolved && new SourceSchema(resolved, resolve);
}
