import { isRecord } from '@gitops-toolkit/core';
import { checkApplicators } from './check-applicators.ts';
import { checkArray } from './check-array.ts';
import { checkObject } from './check-object.ts';
import { checkKind, checkNumber, checkString, isOfType } from './check-scalar.ts';
import { type Failure, quoted } from './failure.ts';
import type { Frame, Unevaluated } from './frame.ts';
import { type Draft, METASCHEMAS } from './metaschemas.ts';
import { SchemaFault } from './schema-fault.ts';
import { dynamicAnchor, type SchemaStore } from './schema-store.ts';
import type { Site } from './site.ts';

/** Schemas within schemas for one value and those in it. */
const MAX_DEPTH = 1000;

/**
 * Holds a value against a schema.
 *
 * @throws SchemaFault for a schema that cannot be used
 */
export function checkValue(store: SchemaStore, site: Site, value: unknown): Failure | undefined {
  return new SchemaCheck(store, site, value).run();
}

/** Where a check comes from: the one that it is in, and the way to its value if that is another. */
interface Outer {
  readonly check: SchemaCheck;
  readonly token?: string;
}

/** There are many of these, mostly of values that fit: what only failures need is found out when one is told. */
class SchemaCheck implements Frame {
  readonly #store: SchemaStore;
  readonly #site: Site;
  readonly #value: unknown;
  readonly #outer: Outer | undefined;
  readonly #depth: number;
  #failures: Failure[] | undefined;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly unevaluated: Unevaluated | undefined;

  constructor(store: SchemaStore, site: Site, value: unknown, outer?: Outer) {
    this.#store = store;
    this.#site = site;
    this.#value = value;
    this.#outer = outer;
    this.#depth = outer ? outer.check.#depth + 1 : 0;
    this.schema = isRecord(site.schema) ? site.schema : {};
    this.unevaluated = store.tracksEvaluated ? allOf(value) : undefined;
  }

  get draft(): Draft {
    return this.#site.resource.draft;
  }

  /** Since 2019 formats only annotate; the drafts' own schemas are held to them all the same. */
  get checksFormats(): boolean {
    return this.draft < 2019 || METASCHEMAS.has(this.#site.document.url);
  }

  run(): Failure | undefined {
    const { schema } = this.#site;
    if (schema === false) return this.#failure('false schema');
    if (!isRecord(schema)) return undefined;
    this.#checkDepth();
    const cycle = this.#cycle();
    if (cycle !== undefined) return this.#failure(cycle);
    const kind = checkKind(this, this.#value);
    if (kind !== undefined) return this.#failure(kind);
    if (typeof schema['$ref'] === 'string') {
      const failure = this.#reference(this.#store.resolve(this.#site, schema['$ref']));
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
    this.take({ ...this.#failure(text), causes });
  }

  take(failure: Failure | undefined): void {
    if (failure) (this.#failures ??= []).push(failure);
  }

  check(path: readonly string[]): Failure | undefined {
    return this.#self(this.#site.within(path));
  }

  checkIn(path: readonly string[], value: unknown, token: string): Failure | undefined {
    const site = this.#site.within(path);
    if (site.soleType !== undefined && isOfType(value, site.soleType)) return undefined;
    return new SchemaCheck(this.#store, site, value, { check: this, token }).run();
  }

  checkName(path: readonly string[], name: string): Failure | undefined {
    const failure = checkValue(this.#store, this.#site.within(path), name);
    if (!failure) return undefined;
    const causes = failure.isGroup === true ? failure.causes : [failure];
    return { at: [], text: `invalid propertyName ${quoted(name)}`, causes };
  }

  #self(site: Site): Failure | undefined {
    const check = new SchemaCheck(this.#store, site, this.#value, { check: this });
    const failure = check.run();
    if (!failure) this.#evaluate(site, check.unevaluated);
    return failure;
  }

  /** What a schema that fits has looked at is evaluated here too. */
  #evaluate(site: Site, left: Unevaluated | undefined): void {
    if (!this.unevaluated || !left || !isRecord(site.schema)) return;
    const { names, items } = this.unevaluated;
    for (const name of names) if (!left.names.has(name)) names.delete(name);
    for (const item of items) if (!left.items.has(item)) items.delete(item);
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
    if (typeof $recursiveRef === 'string' && this.draft === 2019) {
      const target = this.#store.resolve(this.#site, $recursiveRef);
      this.take(this.#reference(isRecursive(target) ? this.#outermostRecursive(target) : target));
    }
    if (typeof $dynamicRef === 'string' && this.draft >= 2020) {
      const target = this.#store.resolve(this.#site, $dynamicRef);
      const anchor = $dynamicRef.slice($dynamicRef.indexOf('#') + 1);
      const isDynamic = isRecord(target.schema) && target.schema['$dynamicAnchor'] === anchor;
      this.take(this.#reference(isDynamic ? this.#outermostWith(anchor, target) : target));
    }
  }

  #outermostRecursive(fallback: Site): Site {
    let found = fallback;
    for (const { root, resource } of this.#sites()) {
      const start = root.within(resource.path);
      if (isRecursive(start)) found = start;
    }
    return found;
  }

  #outermostWith(anchor: string, fallback: Site): Site {
    let found = fallback;
    for (const site of this.#sites()) found = dynamicAnchor(site, anchor) ?? found;
    return found;
  }

  /** The schemas that are being looked at, from the innermost. */
  *#sites(): Generator<Site> {
    yield this.#site;
    if (this.#outer) yield* this.#outer.check.#sites();
  }

  #checkUnevaluated(): void {
    const value = this.#value;
    if (!this.unevaluated) return;
    const { names, items } = this.unevaluated;
    if (isRecord(value) && Object.hasOwn(this.schema, 'unevaluatedProperties')) {
      for (const name of names) this.take(this.checkIn(['unevaluatedProperties'], value[name], name));
      names.clear();
    }
    if (Array.isArray(value) && Object.hasOwn(this.schema, 'unevaluatedItems')) {
      for (const i of items) this.take(this.checkIn(['unevaluatedItems'], value[i], String(i)));
      items.clear();
    }
  }

  #result(): Failure | undefined {
    const failures = this.#failures;
    if (!failures || failures.length < 2) return failures?.[0];
    return { ...this.#failure('validation failed'), isGroup: true, causes: failures };
  }

  #checkDepth(): void {
    if (this.#depth > MAX_DEPTH)
      throw new SchemaFault(`schemas lead to schemas more than ${MAX_DEPTH} times`);
  }

  /** A schema that comes to itself with the same value goes in rounds. */
  #cycle(): string | undefined {
    const site = this.#site;
    for (let outer = this.#outer; outer && outer.token === undefined; outer = outer.check.#outer) {
      if (outer.check.#site !== site) continue;
      return `${quoted(`#/${site.path.join('/')}`)} leads to itself, a reference cycle`;
    }
    return undefined;
  }

  #failure(text: string): Failure {
    return { at: this.#at(), text, causes: [] };
  }

  #at(): readonly string[] {
    const tokens: string[] = [];
    for (let outer = this.#outer; outer; outer = outer.check.#outer) {
      if (outer.token !== undefined) tokens.unshift(outer.token);
    }
    return tokens;
  }
}

function allOf(value: unknown): Unevaluated {
  return {
    names: new Set(isRecord(value) ? Object.keys(value) : []),
    items: new Set(Array.isArray(value) ? value.keys() : []),
  };
}

const isRecursive = (site: Site): boolean =>
  isRecord(site.schema) && site.schema['$recursiveAnchor'] === true;
