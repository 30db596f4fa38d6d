import { quoteString } from '@gitops-toolkit/go-template';
import { isRecord } from '@gitops-toolkit/core';
import { pointer } from './failure.ts';
import { type Draft, draftOf, LATEST_DRAFT, METASCHEMAS } from './metaschemas.ts';
import { SchemaFault } from './schema-fault.ts';

/** A part of a document that has an address of its own. */
export interface Resource {
  readonly id: string;
  readonly path: readonly string[];
  readonly draft: Draft;
  readonly anchors: Map<string, readonly string[]>;
  readonly dynamicAnchors: Set<string>;
}

interface Document {
  readonly url: string;
  readonly root: unknown;
  readonly resources: Resource[];
  readonly sites: Map<string, Site>;
}

/** A schema at its place. There is one object for each place. */
export interface Site {
  readonly schema: unknown;
  readonly document: Document;
  readonly resource: Resource;
  readonly path: readonly string[];
}

/** The keywords under which schemas are: one, a list of them, or some by name. */
const ONE =
  'not additionalProperties items additionalItems propertyNames contains if then else unevaluatedProperties unevaluatedItems contentSchema'.split(
    ' ',
  );
const LISTS = ['allOf', 'anyOf', 'oneOf', 'items', 'prefixItems'];
const MAPS = 'definitions properties patternProperties dependencies $defs dependentSchemas'.split(' ');

/** The paths from a schema to those right in it. */
export function* subschemaPaths(schema: Readonly<Record<string, unknown>>): Generator<readonly string[]> {
  for (const key of ONE) if (isSchema(schema[key])) yield [key];
  for (const key of LISTS) {
    const list = schema[key];
    if (Array.isArray(list)) for (const i of list.keys()) if (isSchema(list[i])) yield [key, String(i)];
  }
  for (const key of MAPS) {
    const map = schema[key];
    if (isRecord(map)) for (const name of Object.keys(map)) if (isSchema(map[name])) yield [key, name];
  }
}

const isSchema = (value: unknown): boolean => typeof value === 'boolean' || isRecord(value);

/** Schemas by address. Nothing is fetched: there is what was added, and the drafts' own schemas. */
export class SchemaStore {
  readonly #documents = new Map<string, Document>();

  /** Takes in a document, and gives its root. @throws SchemaFault */
  add(url: string, root: unknown): Site {
    const document: Document = { url, root, resources: [], sites: new Map() };
    collect(document, root, [], { id: url, draft: LATEST_DRAFT });
    this.#documents.set(url, document);
    return siteAt(document, []);
  }

  /** The root of one of the drafts' own schemas. */
  metaschema(url: string): Site {
    const document = this.#documents.get(url);
    return document ? siteAt(document, []) : this.add(url, METASCHEMAS.get(url)?.document);
  }

  /** A schema within another. */
  child(site: Site, path: readonly string[]): Site {
    return siteAt(site.document, [...site.path, ...path]);
  }

  /** What a reference in a schema leads to. @throws SchemaFault */
  resolve(site: Site, reference: string): Site {
    const target = join(site.resource.id, reference);
    const [url, fragment] = splitFragment(target);
    const { document } = site;
    const resource =
      url === document.url ? document.resources[0] : document.resources.find(({ id }) => id === url);
    if (resource) return resolveIn(document, resource, fragment);
    if (url.startsWith('urn:')) return this.add(url, true);
    if (!METASCHEMAS.has(url)) {
      throw new SchemaFault(`failing loading ${quoteString(url)}: schemas are not fetched from elsewhere`);
    }
    const other = this.metaschema(url);
    return resolveIn(other.document, other.resource, fragment);
  }

  /** The schema that an anchor of a resource is for. */
  anchor(site: Site, name: string): Site | undefined {
    const path = site.resource.dynamicAnchors.has(name) ? site.resource.anchors.get(name) : undefined;
    return path && siteAt(site.document, path);
  }

  /** The root of the resource that a schema is in. */
  resourceRoot(site: Site): Site {
    return siteAt(site.document, site.resource.path);
  }
}

function resolveIn(document: Document, resource: Resource, fragment: string): Site {
  const decoded = decode(fragment);
  if (decoded === '' || decoded.startsWith('/')) {
    const tokens = decoded
      .split('/')
      .slice(1)
      .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
    return siteAt(document, [...resource.path, ...tokens]);
  }
  const path = resource.anchors.get(decoded);
  if (path) return siteAt(document, path);
  const reference = `${resource.id}#${fragment}`;
  throw new SchemaFault(
    `anchor in ${quoteString(reference)} not found in schema ${quoteString(document.url)}`,
  );
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new SchemaFault(`error in parsing ${quoteString(`#${fragment}`)}: invalid URL escape`);
  }
}

function splitFragment(url: string): [string, string] {
  const at = url.indexOf('#');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

function join(base: string, reference: string): string {
  if (reference.startsWith('#')) return base + reference;
  try {
    return new URL(reference, base).href;
  } catch {
    throw new SchemaFault(`error in parsing ${quoteString(reference)}: it is no address`);
  }
}

function siteAt(document: Document, path: readonly string[]): Site {
  const key = pointer(path);
  const known = document.sites.get(key);
  if (known) return known;
  const schema = lookUp(document, path);
  const site: Site = { schema, document, path, resource: resourceOf(document, path) };
  document.sites.set(key, site);
  return site;
}

function lookUp(document: Document, path: readonly string[]): unknown {
  let value = document.root;
  for (const token of path) {
    const isIn = Array.isArray(value)
      ? /^\d+$/.test(token) && Number(token) < value.length
      : isRecord(value) && Object.hasOwn(value, token);
    if (!isIn) {
      throw new SchemaFault(`json-pointer in ${quoteString(`${document.url}#${pointer(path)}`)} not found`);
    }
    value = (value as Record<string, unknown>)[token];
  }
  return value;
}

/** The resource that begins last on the way to a place. */
function resourceOf(document: Document, path: readonly string[]): Resource {
  const holds = ({ path: start }: Resource): boolean => start.every((token, i) => path[i] === token);
  const found = document.resources.filter(holds).reduce((a, b) => (b.path.length > a.path.length ? b : a));
  return found;
}

interface Base {
  readonly id: string;
  readonly draft: Draft;
}

/** As deep as schemas may be in schemas. */
const MAX_DEPTH = 500;

/** Finds the addresses and anchors in a document. */
function collect(document: Document, schema: unknown, path: readonly string[], base: Base): void {
  if (path.length > MAX_DEPTH) throw new SchemaFault(`schemas are nested deeper than ${MAX_DEPTH}`);
  const isRoot = path.length === 0;
  if (!isRecord(schema)) {
    if (isRoot) document.resources.push(makeResource(base, path));
    return;
  }
  const draft = draftIn(document, schema) ?? base.draft;
  const id = ownId(schema, draft);
  let inner = base;
  if (id !== undefined || isRoot) {
    inner = { id: id === undefined ? base.id : splitFragment(join(base.id, id))[0], draft };
    document.resources.push(makeResource(inner, path));
  }
  collectAnchors(schema, resourceOf(document, path), path);
  for (const sub of subschemaPaths(schema)) {
    const value = sub.reduce<unknown>((at, token) => (at as Record<string, unknown>)[token], schema);
    collect(document, value, [...path, ...sub], inner);
  }
}

const makeResource = ({ id, draft }: Base, path: readonly string[]): Resource => ({
  id,
  draft,
  path,
  anchors: new Map(),
  dynamicAnchors: new Set(),
});

function draftIn(document: Document, { $schema }: Readonly<Record<string, unknown>>): Draft | undefined {
  if (typeof $schema !== 'string') return undefined;
  const draft = draftOf($schema);
  if (draft !== undefined) return draft;
  const [url] = splitFragment($schema);
  if (url === document.url) throw new SchemaFault(`draft ${quoteString(url)} is not supported`);
  throw new SchemaFault(`failing loading ${quoteString(url)}: schemas are not fetched from elsewhere`);
}

function ownId(schema: Readonly<Record<string, unknown>>, draft: Draft): string | undefined {
  if (draft < 2019 && Object.hasOwn(schema, '$ref')) return undefined;
  const id = schema[draft === 4 ? 'id' : '$id'];
  if (typeof id !== 'string') return undefined;
  const [url] = splitFragment(id);
  return url === '' ? undefined : id;
}

function collectAnchors(
  schema: Readonly<Record<string, unknown>>,
  resource: Resource,
  path: readonly string[],
): void {
  const id = schema[resource.draft === 4 ? 'id' : '$id'];
  if (resource.draft < 2019 && typeof id === 'string' && !Object.hasOwn(schema, '$ref')) {
    const [, fragment] = splitFragment(id);
    if (fragment !== '' && !fragment.startsWith('/')) resource.anchors.set(fragment, path);
  }
  if (resource.draft >= 2019 && typeof schema['$anchor'] === 'string')
    resource.anchors.set(schema['$anchor'], path);
  const dynamic = schema['$dynamicAnchor'];
  if (resource.draft >= 2020 && typeof dynamic === 'string') {
    resource.anchors.set(dynamic, path);
    resource.dynamicAnchors.add(dynamic);
  }
}
