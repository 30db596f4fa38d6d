import { isRecord } from '@gitops-toolkit/core';
import { checkApplicators } from './check-applicators.ts';
import { checkArray } from './check-array.ts';
import { checkObject } from './check-object.ts';
import { checkKind, checkNumber, checkString } from './check-scalar.ts';
import { type Failure, quoted } from './failure.ts';
import type { Frame, Unevaluated } from './frame.ts';
import { type Draft, METASCHEMAS } from './metaschemas.ts';
import { SchemaFault } from './schema-fault.ts';
import type { SchemaStore, Site } from './schema-store.ts';

/** The schemas that are being looked at, from the innermost. */
interface Scope {
  readonly site: Site;
  /** Tells values apart: a schema that comes to itself with the same value goes in rounds. */
  readonly place: object;
  readonly depth: number;
  readonly parent: Scope | undefined;
}

/** Schemas within schemas for one value and those in it. */
const MAX_DEPTH = 1000;

/**
 * Holds a value against a schema.
 *
 * @throws SchemaFault for a schema that cannot be used
 */
export function checkValue(store: SchemaStore, site: Site, value: unknown): Failure | undefined {
  return new SchemaCheck(store, { site, place: {}, depth: 0, parent: undefined }, value, []).run();
}

class SchemaCheck implements Frame {
  readonly #store: SchemaStore;
  readonly #scope: Scope;
  readonly #value: unknown;
  readonly #at: readonly string[];
  readonly #failures: Failure[] = [];
  readonly schema: Readonly<Record<string, unknown>>;
  readonly unevaluated: Unevaluated;

  constructor(store: SchemaStore, scope: Scope, value: unknown, at: readonly string[]) {
    this.#store = store;
    this.#scope = scope;
    this.#value = value;
    this.#at = at;
    const { schema } = scope.site;
    this.schema = isRecord(schema) ? schema : {};
    this.unevaluated = {
      names: new Set(isRecord(value) ? Object.keys(value) : []),
      items: new Set(Array.isArray(value) ? value.keys() : []),
    };
  }

  get draft(): Draft {
    return this.#scope.site.resource.draft;
  }

  /** Since 2019 formats only annotate; the drafts' own schemas are held to them all the same. */
  get checksFormats(): boolean {
    return this.draft < 2019 || METASCHEMAS.has(this.#scope.site.document.url);
  }

  run(): Failure | undefined {
    const { schema } = this.#scope.site;
    if (schema === false) return this.#failure('false schema');
    if (!isRecord(schema)) return undefined;
    this.#checkDepth();
    const cycle = this.#cycle();
    if (cycle !== undefined) return this.#failure(cycle);
    const kind = checkKind(this, this.#value);
    if (kind !== undefined) return this.#failure(kind);
    if (typeof schema['$ref'] === 'string') {
      const failure = this.#reference(this.#store.resolve(this.#scope.site, schema['$ref']));
      // Before 2019, nothing else counts beside a reference.
      if (this.draft < 2019) return failure;
      this.take(failure);
    }
    this.#checkByType();
    if (this.draft >= 2019) this.#checkDynamicReferences();
    checkApplicators(this);
    if (this.draft >= 2019) this.#checkUnevaluated();
    return this.#result();
  }

  add(text: string, causes: readonly Failure[] = []): void {
    this.#failures.push({ ...this.#failure(text), causes });
  }

  take(failure: Failure | undefined): void {
    if (failure) this.#failures.push(failure);
  }

  check(path: readonly string[]): Failure | undefined {
    return this.#self(this.#store.child(this.#scope.site, path));
  }

  checkIn(path: readonly string[], value: unknown, token: string): Failure | undefined {
    const site = this.#store.child(this.#scope.site, path);
    const scope = { site, place: {}, depth: this.#scope.depth + 1, parent: this.#scope };
    return new SchemaCheck(this.#store, scope, value, [...this.#at, token]).run();
  }

  checkName(path: readonly string[], name: string): Failure | undefined {
    const failure = checkValue(this.#store, this.#store.child(this.#scope.site, path), name);
    if (!failure) return undefined;
    const causes = failure.isGroup === true ? failure.causes : [failure];
    return { at: [], text: `invalid propertyName ${quoted(name)}`, causes };
  }

  #self(site: Site): Failure | undefined {
    const scope = { site, place: this.#scope.place, depth: this.#scope.depth + 1, parent: this.#scope };
    const check = new SchemaCheck(this.#store, scope, this.#value, this.#at);
    const failure = check.run();
    if (!failure) this.#evaluate(site, check.unevaluated);
    return failure;
  }

  /** What a schema that fits has looked at is evaluated here too. */
  #evaluate(site: Site, left: Unevaluated): void {
    if (site.schema === true || !isRecord(site.schema)) return;
    for (const name of this.unevaluated.names) if (!left.names.has(name)) this.unevaluated.names.delete(name);
    for (const item of this.unevaluated.items) if (!left.items.has(item)) this.unevaluated.items.delete(item);
  }

  #reference(site: Site): Failure | undefined {
    const failure = this.#self(site);
    if (!failure) return undefined;
    const causes = failure.isGroup === true ? failure.causes : [failure];
    return { ...this.#failure('validation failed'), isReference: true, causes };
  }

  #checkByType(): void {
    const value = this.#value;
    if (typeof value === 'string') checkString(this, value);
    else if (typeof value === 'number') checkNumber(this, value);
    else if (Array.isArray(value)) checkArray(this, value);
    else if (isRecord(value)) checkObject(this, value);
  }

  #checkDynamicReferences(): void {
    const { $recursiveRef, $dynamicRef } = this.schema;
    const { site } = this.#scope;
    if (typeof $recursiveRef === 'string' && this.draft === 2019) {
      const target = this.#store.resolve(site, $recursiveRef);
      this.take(this.#reference(isRecursive(target) ? this.#outermost(isRecursive, target) : target));
    }
    if (typeof $dynamicRef === 'string' && this.draft >= 2020) {
      const target = this.#store.resolve(site, $dynamicRef);
      const anchor = $dynamicRef.slice($dynamicRef.indexOf('#') + 1);
      const isDynamic = isRecord(target.schema) && target.schema['$dynamicAnchor'] === anchor;
      this.take(this.#reference(isDynamic ? this.#dynamic(anchor, target) : target));
    }
  }

  #outermost(isWanted: (site: Site) => boolean, fallback: Site): Site {
    let found = fallback;
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
      const root = this.#store.resourceRoot(scope.site);
      if (isWanted(root)) found = root;
    }
    return found;
  }

  #dynamic(anchor: string, fallback: Site): Site {
    let found = fallback;
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
      found = this.#store.anchor(scope.site, anchor) ?? found;
    }
    return found;
  }

  #checkUnevaluated(): void {
    const value = this.#value;
    if (isRecord(value) && Object.hasOwn(this.schema, 'unevaluatedProperties')) {
      for (const name of this.unevaluated.names)
        this.take(this.checkIn(['unevaluatedProperties'], value[name], name));
      this.unevaluated.names.clear();
    }
    if (Array.isArray(value) && Object.hasOwn(this.schema, 'unevaluatedItems')) {
      for (const i of this.unevaluated.items)
        this.take(this.checkIn(['unevaluatedItems'], value[i], String(i)));
      this.unevaluated.items.clear();
    }
  }

  #result(): Failure | undefined {
    if (this.#failures.length < 2) return this.#failures[0];
    return { ...this.#failure('validation failed'), isGroup: true, causes: this.#failures };
  }

  #checkDepth(): void {
    if (this.#scope.depth > MAX_DEPTH)
      throw new SchemaFault(`schemas lead to schemas more than ${MAX_DEPTH} times`);
  }

  #cycle(): string | undefined {
    const { site, place } = this.#scope;
    for (let scope = this.#scope.parent; scope?.place === place; scope = scope.parent) {
      if (scope.site === site)
        return `${quoted(`#/${site.path.join('/')}`)} leads to itself, a reference cycle`;
    }
    return undefined;
  }

  #failure(text: string): Failure {
    return { at: this.#at, text, causes: [] };
  }
}

const isRecursive = (site: Site): boolean =>
  isRecord(site.schema) && site.schema['$recursiveAnchor'] === true;
