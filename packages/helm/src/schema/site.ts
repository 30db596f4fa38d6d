import { isRecord } from '@gitops-toolkit/core';
import { quoteString } from '@gitops-toolkit/go-template';
import { pointer } from './failure.ts';
import type { Draft } from './metaschemas.ts';
import { SchemaFault } from './schema-fault.ts';

/** A part of a document that has an address of its own. */
export interface Resource {
  readonly id: string;
  readonly path: readonly string[];
  readonly draft: Draft;
  readonly anchors: Map<string, readonly string[]>;
  readonly dynamicAnchors: Set<string>;
}

/** A schema and all in it. */
export interface SchemaDocument {
  readonly url: string;
  /** That of the root first. */
  readonly resources: readonly Resource[];
}

/** Keywords that say something to people alone. */
const ANNOTATIONS: ReadonlySet<string> = new Set(['title', 'description', 'default', 'examples', '$comment']);

function soleTypeOf(schema: unknown): unknown {
  if (!isRecord(schema)) return undefined;
  const isAlone = Object.keys(schema).every((keyword) => keyword === 'type' || ANNOTATIONS.has(keyword));
  return isAlone ? schema['type'] : undefined;
}

/** A place in a document. There is one object for each place, made with the first way there. */
export class Site {
  readonly schema: unknown;
  readonly document: SchemaDocument;
  readonly resource: Resource;
  readonly #parent: Site | undefined;
  readonly #token: string;
  #steps: Map<string, Site> | undefined;
  #soleType: { readonly type: unknown } | undefined;

  private constructor(
    schema: unknown,
    document: SchemaDocument,
    at?: { readonly parent: Site; readonly token: string },
  ) {
    this.schema = schema;
    this.document = document;
    this.#parent = at?.parent;
    this.#token = at?.token ?? '';
    this.resource = this.#ownResource() ?? at?.parent.resource ?? (document.resources[0] as Resource);
  }

  /** The root of a document, whose resources are known. */
  static root(document: SchemaDocument, schema: unknown): Site {
    return new Site(schema, document);
  }

  get path(): readonly string[] {
    return this.#parent ? [...this.#parent.path, this.#token] : [];
  }

  get root(): Site {
    return this.#parent?.root ?? this;
  }

  /** The types of a schema that asks for nothing else, as most do; `undefined` for the others. */
  get soleType(): unknown {
    this.#soleType ??= { type: soleTypeOf(this.schema) };
    return this.#soleType.type;
  }

  /** A place within this one. @throws SchemaFault where there is none */
  within(path: readonly string[]): Site {
    return path.reduce<Site>((site, token) => site.#step(token) ?? this.#hasNone(path), this);
  }

  #hasNone(path: readonly string[]): never {
    const address = `${this.document.url}#${pointer([...this.path, ...path])}`;
    throw new SchemaFault(`json-pointer in ${quoteString(address)} not found`);
  }

  #step(token: string): Site | undefined {
    const known = this.#steps?.get(token);
    if (known) return known;
    const { schema } = this;
    const isIn = Array.isArray(schema)
      ? /^\d+$/.test(token) && Number(token) < schema.length
      : isRecord(schema) && Object.hasOwn(schema, token);
    if (!isIn) return undefined;
    const inner = (schema as Record<string, unknown>)[token];
    const site = new Site(inner, this.document, { parent: this, token });
    (this.#steps ??= new Map()).set(token, site);
    return site;
  }

  /** The resource that begins here. Most documents have but one, which saves the look at the path. */
  #ownResource(): Resource | undefined {
    const { resources } = this.document;
    if (resources.length === 1) return undefined;
    const own = this.path;
    return resources.find(
      ({ path }) => path.length === own.length && path.every((each, i) => each === own[i]),
    );
  }
}
