import {
  cloneValue,
  createRecord,
  getOwn,
  isRecord,
  type ObjectRef,
  refString,
  setOwn,
  type SourceLocation,
} from '@gitops-toolkit/core';
import type { Place } from '../errors.ts';
import { lineOf } from '../load/placed-text.ts';
import type { WrittenStyles } from '../merge/merge-context.ts';
import { type Gvk, gvkFrom } from './gvk.ts';
import type { Origin } from './origin.ts';
import { effectiveNamespace, type ResourceId } from './resource-id.ts';
import { isTimestamp, scalarText } from './scalar-text.ts';
import { SharedEntries } from './shared-entries.ts';

/** What a generator does with a resource of the same id. */
export type Behavior = 'unspecified' | 'create' | 'merge' | 'replace';

/** The id that a resource had before a change of its name, namespace or kind. */
export interface PreviousId {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * One resource on its way through a build: the object, which transformers change in place, and what the
 * build must remember about it beside the object.
 */
export class ResourceNode {
  /** The object itself. */
  value: Record<string, unknown>;
  /** A patch has deleted it; the map that it is in drops it after the current transformer. */
  isDeleted = false;
  behavior: Behavior = 'unspecified';
  needsHash = false;
  /** Made by a generator of ConfigMaps or Secrets. */
  isGenerated = false;
  /** Where the build's own books say it comes from; kept only where `buildMetadata` asks for it. */
  buildOrigin: Origin | undefined;
  /** Rendered by Helm, which has set the namespace already. */
  isFromHelm = false;
  allowsNameChange = false;
  allowsKindChange = false;
  /** Names of the vars that take their value from this resource. */
  varNames: readonly string[] = [];
  namePrefixes: readonly string[] = [];
  nameSuffixes: readonly string[] = [];
  readonly sharedEntries: SharedEntries = new SharedEntries();
  /** The merge patches that have become part of the object, in their order. */
  mergedPatches: readonly ResourceNode[] = [];
  #previous: readonly PreviousId[] = [];
  /** What {@link gvk} was the last time. */
  #kind: { readonly apiVersion: string; readonly gvk: Gvk } | undefined;

  readonly #written: Place | (() => Place) | undefined;
  #styles: WrittenStyles | undefined;

  /** @param written Where it was read, or configured; a function where that takes time to find. */
  constructor(value: Record<string, unknown>, written?: Place | (() => Place), styles?: WrittenStyles) {
    this.value = value;
    this.#written = written;
    this.#styles = styles;
  }

  /** Where it was read: file and line. */
  get source(): SourceLocation | undefined {
    const source = this.#place?.source;
    if (source?.column === undefined) return source;
    const { file, line } = source;
    return { file, ...(line === undefined ? {} : { line }) };
  }

  /** Where it was read, for errors: with the column, and the text of the file. */
  get place(): Place | undefined {
    const place = this.#place;
    if (place?.sourceText === undefined || place.source.line === undefined) return place;
    return lineOf(place.sourceText, place.source.file, place.source.line, place.source.column);
  }

  get #place(): Place | undefined {
    return typeof this.#written === 'function' ? this.#written() : this.#written;
  }

  /** How scalars of the object were written, as long as it is the object that was read. */
  get styles(): WrittenStyles | undefined {
    return this.#styles;
  }

  /** Takes an object that was made anew from the present one. */
  replaceValue(value: Record<string, unknown>): void {
    this.value = value;
    this.#styles = undefined;
    this.mergedPatches = [];
    this.sharedEntries.clear();
  }

  /** A resource of its own, with the same object and history. */
  copy(): ResourceNode {
    const copy = new ResourceNode(cloneValue(this.value), this.#written, this.#styles);
    copy.inheritFrom(this);
    copy.isDeleted = this.isDeleted;
    copy.behavior = this.behavior;
    copy.buildOrigin = this.buildOrigin;
    copy.needsHash = this.needsHash;
    copy.isGenerated = this.isGenerated;
    copy.allowsNameChange = this.allowsNameChange;
    copy.allowsKindChange = this.allowsKindChange;
    return copy;
  }

  /**
   * Whether kustomize has noted anything about the resource: it does so in annotations, and JSON patches
   * can see that there are some.
   */
  get hasHistory(): boolean {
    return (
      this.#previous.length > 0 ||
      this.namePrefixes.length > 0 ||
      this.nameSuffixes.length > 0 ||
      this.needsHash ||
      this.isGenerated ||
      this.isFromHelm
    );
  }

  // These are asked for all the time. None of the names is one that an object could inherit.
  get apiVersion(): string {
    return scalarText(this.value['apiVersion']);
  }
  get kind(): string {
    return scalarText(this.value['kind']);
  }
  get name(): string {
    const { metadata } = this.value;
    return isRecord(metadata) ? scalarText(metadata['name']) : '';
  }
  get namespace(): string {
    const { metadata } = this.value;
    return isRecord(metadata) ? scalarText(metadata['namespace']) : '';
  }
  get gvk(): Gvk {
    const { apiVersion, kind } = this;
    const known = this.#kind;
    if (known?.apiVersion === apiVersion && known.gvk.kind === kind) return known.gvk;
    const gvk = gvkFrom(apiVersion, kind);
    this.#kind = { apiVersion, gvk };
    return gvk;
  }

  /** The id of the object as it is now. */
  get id(): ResourceId {
    return { gvk: this.gvk, name: this.name, namespace: this.namespace };
  }

  /** The ids before the present one, oldest first. They have the present group and version. */
  get previousIds(): readonly ResourceId[] {
    if (this.#previous.length === 0) return [];
    return this.#previous.map(({ kind, name, namespace }) => ({
      gvk: gvkFrom(this.apiVersion, kind),
      name,
      namespace,
    }));
  }

  /** The id that the resource was read with. */
  get originalId(): ResourceId {
    const [first] = this.#previous;
    if (!first) return this.id;
    return { gvk: gvkFrom(this.apiVersion, first.kind), name: first.name, namespace: first.namespace };
  }

  /** Every name that the resource has or had. */
  get names(): readonly string[] {
    if (this.#previous.length === 0) return [this.name];
    return [...this.#previous.map((id) => id.name), this.name];
  }

  /** Whether the resource has or had a name. */
  hasEverBeen(name: string): boolean {
    return this.name === name || this.#previous.some((id) => id.name === name);
  }

  /** Remembers the present id, before a change to it. */
  storePreviousId(): void {
    const { id } = this;
    this.#previous = [
      ...this.#previous,
      { kind: id.gvk.kind, name: id.name, namespace: effectiveNamespace(id) },
    ];
  }

  /** Takes over ids from before the build. */
  recordPreviousIds(ids: readonly PreviousId[]): void {
    this.#previous = ids;
  }

  setName(name: string): void {
    setOwn(this.metadata(), 'name', name);
  }

  /** Sets the namespace, or removes it where it is blank. */
  setNamespace(namespace: string): void {
    if (namespace !== '') setOwn(this.metadata(), 'namespace', namespace);
    else if (isRecord(this.value['metadata'])) delete this.value['metadata']['namespace'];
  }

  setKind(kind: string): void {
    setOwn(this.value, 'kind', kind);
  }

  /** `metadata`, made where it is missing. */
  metadata(): Record<string, unknown> {
    const existing = getOwn(this.value, 'metadata');
    if (isRecord(existing)) return existing;
    const made = createRecord();
    setOwn(this.value, 'metadata', made);
    return made;
  }

  /** `metadata.labels` or `metadata.annotations` as texts, whatever their types are. */
  textMap(field: 'labels' | 'annotations'): Record<string, string> {
    const map = getOwn(getOwn(this.value, 'metadata'), field);
    const texts = createRecord<string>();
    for (const key of isRecord(map) ? Object.keys(map) : []) {
      setOwn(texts, key, this.#entryText(['metadata', field, key], getOwn(map, key)));
    }
    return texts;
  }

  #entryText(path: readonly string[], value: unknown): string {
    if (value === null) return this.#styles?.nullText(path) ?? 'null';
    return this.writtenText(path, value);
  }

  /** The text of a scalar as it stands in the file, where another means the same: `True`, or a date. */
  writtenText(path: readonly string[], value: unknown): string {
    const text = scalarText(value);
    const mayDiffer = typeof value === 'boolean' || isTimestamp(text);
    return (mayDiffer ? this.#styles?.plainText(path) : undefined) ?? text;
  }

  /** Writes `metadata.labels` or `metadata.annotations`; an empty map removes the field. */
  setTextMap(field: 'labels' | 'annotations', texts: Record<string, string>): void {
    if (Object.keys(texts).length > 0) setOwn(this.metadata(), field, texts);
    else if (isRecord(this.value['metadata'])) delete this.value['metadata'][field];
  }

  /** Takes over what a resource of the same id, which this one replaces, had been through. */
  inheritFrom(other: ResourceNode): void {
    this.#previous = other.#previous;
    this.namePrefixes = other.namePrefixes;
    this.nameSuffixes = other.nameSuffixes;
    this.varNames = other.varNames;
    this.isFromHelm = other.isFromHelm;
  }

  /** The object's reference, for errors. */
  get ref(): ObjectRef {
    const { apiVersion, kind, name, namespace } = this;
    return { apiVersion, kind, name, ...(namespace ? { namespace } : {}) };
  }

  /** `Deployment/shop/web`, for contexts of errors. */
  toString(): string {
    return refString(this.ref);
  }
}
