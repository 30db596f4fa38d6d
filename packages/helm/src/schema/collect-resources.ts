import { isRecord } from '@gitops-toolkit/core';
import { quoteString } from '@gitops-toolkit/go-template';
import { joinAddress, splitFragment } from './address.ts';
import { type Draft, draftOf, LATEST_DRAFT } from './metaschemas.ts';
import { SchemaFault } from './schema-fault.ts';
import type { Resource } from './site.ts';
import { subschemas } from './subschemas.ts';

/** What was found in a document. */
export interface Collected {
  /** That of the root first. */
  readonly resources: readonly Resource[];
  /** Whether a schema in it has a word on what others leave unevaluated. */
  readonly hasUnevaluated: boolean;
}

/** As deep as schemas may be in schemas. */
const MAX_DEPTH = 500;

/** Finds the addresses and anchors in a document. @throws SchemaFault */
export function collectResources(url: string, root: unknown): Collected {
  return new Collector(url).collect(root);
}

class Collector {
  readonly #url: string;
  readonly #resources: Resource[] = [];
  #hasUnevaluated = false;

  constructor(url: string) {
    this.#url = url;
  }

  collect(root: unknown): Collected {
    const resource = makeResource(this.#url, LATEST_DRAFT, []);
    if (isRecord(root)) this.#schema(root, [], resource);
    else this.#resources.push(resource);
    return { resources: this.#resources, hasUnevaluated: this.#hasUnevaluated };
  }

  #schema(schema: Readonly<Record<string, unknown>>, path: readonly string[], outer: Resource): void {
    if (path.length > MAX_DEPTH) throw new SchemaFault(`schemas are nested deeper than ${MAX_DEPTH}`);
    const resource = this.#resourceOf(schema, path, outer);
    collectAnchors(schema, resource, path);
    this.#hasUnevaluated ||=
      Object.hasOwn(schema, 'unevaluatedProperties') || Object.hasOwn(schema, 'unevaluatedItems');
    for (const inner of subschemas(schema)) {
      if (isRecord(inner.schema)) this.#schema(inner.schema, [...path, ...inner.path], resource);
    }
  }

  /** A resource begins with the root, and with what has an address. */
  #resourceOf(schema: Readonly<Record<string, unknown>>, path: readonly string[], outer: Resource): Resource {
    const draft = this.#draftIn(schema) ?? outer.draft;
    const id = ownId(schema, draft);
    if (id === undefined && path.length > 0) return outer;
    const address = id === undefined ? outer.id : splitFragment(joinAddress(outer.id, id))[0];
    const resource = makeResource(address, draft, path);
    this.#resources.push(resource);
    return resource;
  }

  #draftIn({ $schema }: Readonly<Record<string, unknown>>): Draft | undefined {
    if (typeof $schema !== 'string') return undefined;
    const draft = draftOf($schema);
    if (draft !== undefined) return draft;
    const [url] = splitFragment($schema);
    if (url === this.#url) throw new SchemaFault(`draft ${quoteString(url)} is not supported`);
    throw new SchemaFault(`failing loading ${quoteString(url)}: schemas are not fetched from elsewhere`);
  }
}

const makeResource = (id: string, draft: Draft, path: readonly string[]): Resource => ({
  id,
  draft,
  path,
  anchors: new Map(),
  dynamicAnchors: new Set(),
});

function ownId(schema: Readonly<Record<string, unknown>>, draft: Draft): string | undefined {
  const id = schema[draft === 4 ? 'id' : '$id'];
  if (typeof id !== 'string') return undefined;
  if (draft < 2019 && Object.hasOwn(schema, '$ref')) return undefined;
  const [url] = splitFragment(id);
  return url === '' ? undefined : id;
}

function collectAnchors(
  schema: Readonly<Record<string, unknown>>,
  resource: Resource,
  path: readonly string[],
): void {
  if (resource.draft < 2019) {
    const id = schema[resource.draft === 4 ? 'id' : '$id'];
    if (typeof id !== 'string' || Object.hasOwn(schema, '$ref')) return;
    const [, fragment] = splitFragment(id);
    if (fragment !== '' && !fragment.startsWith('/')) resource.anchors.set(fragment, path);
    return;
  }
  const { $anchor: anchor, $dynamicAnchor: dynamic } = schema;
  if (typeof anchor === 'string') resource.anchors.set(anchor, path);
  if (resource.draft >= 2020 && typeof dynamic === 'string') {
    resource.anchors.set(dynamic, path);
    resource.dynamicAnchors.add(dynamic);
  }
}
