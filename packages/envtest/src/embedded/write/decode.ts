import { cloneValue, formatApiVersion, isRecord, type KubeObject } from '@gitops-toolkit/core';
import { prune } from '@gitops-toolkit/schema';

import { hasGoType, shapeAsGo } from '../go-types/go-shape.ts';
import { messageName } from '../go-types/message-types.ts';
import { findTypeError } from '../go-types/type-errors.ts';
import type { ParsedBody } from '../http/request-body.ts';
import { groupResource, type ServedResource } from '../registry/served-resource.ts';
import { badRequest, conflict } from '../status-error.ts';
import { dropEmpty, withTypeFirst } from './normalize.ts';
import { dropDuplicateOwners } from './owner-references.ts';
import type { Scope } from './scope.ts';
import { metadataTypeError } from './validate-metadata.ts';

/** What becomes of fields that a kind does not have, or that are given twice. */
export type FieldValidation = 'Ignore' | 'Strict' | 'Warn';

/** How strictly a body is read, and where warnings about it go. */
export interface DecodeOptions {
  readonly fieldValidation: FieldValidation;
  readonly warnings: string[];
  /** What to answer where the value does not fit; by default that the kind cannot handle it. */
  readonly refuse?: (why: string) => Error;
}

/**
 * Turns a client's value into a draft of an object: checks that it is of the kind, refuses or removes
 * unknown fields, fills in defaults. The draft shares nothing with the value.
 *
 * @throws StatusError 400
 */
export function decodeObject(
  resource: ServedResource,
  body: ParsedBody & { readonly value: Record<string, unknown> },
  options: DecodeOptions,
): KubeObject {
  const refuse = options.refuse ?? ((why: string) => badRequest(cannotHandle(resource, why)));
  assertType(resource, body.value, options.refuse);
  const typeError =
    metadataTypeError(body.value['metadata'], resource.kind) ?? builtinTypeError(resource, body.value);
  if (typeError) throw refuse(typeError);
  const typed = withTypeFirst(body.value, resource.apiVersion, resource.kind);
  const { object, unknown } = resource.custom
    ? resource.custom.decode(typed)
    : decodeBuiltin(resource, typed);
  // A patched object has its fields in no order of the client's.
  const paths = options.refuse ? unknown : inOrder(unknown, body.value);
  report(paths, body.duplicates, options, refuse);
  dropDuplicateOwners(object, options.warnings, options.refuse !== undefined);
  resource.strategy.defaults?.(object);
  return object;
}

function decodeBuiltin(
  resource: ServedResource,
  typed: KubeObject,
): { object: KubeObject; unknown: readonly string[] } {
  const schema = resource.schema();
  const { value, pruned } = schema ? prune(schema, typed) : { value: typed, pruned: [] };
  const isKnown = hasGoType(resource.apiVersion, resource.kind);
  return { object: isKnown ? shapeAsGo(value) : (dropEmpty(value) as KubeObject), unknown: pruned };
}

function builtinTypeError(resource: ServedResource, value: Record<string, unknown>): string | undefined {
  return resource.custom ? undefined : findTypeError(messageName(resource.apiVersion, resource.kind), value);
}

function report(
  unknown: readonly string[],
  duplicates: readonly string[],
  { fieldValidation, warnings }: DecodeOptions,
  refuse: (why: string) => Error,
): void {
  if (fieldValidation === 'Ignore') return;
  const texts = [
    ...unknown.map((path) => `unknown field "${path}"`),
    ...duplicates.map((path) => `duplicate field "${path}"`),
  ];
  if (texts.length === 0) return;
  if (fieldValidation === 'Strict') throw refuse(`strict decoding error: ${texts.join(', ')}`);
  warnings.push(...texts);
}

/** Paths in the order in which the client wrote them. */
function inOrder(paths: readonly string[], value: unknown): readonly string[] {
  if (paths.length < 2) return paths;
  const wanted = new Set(paths);
  const ordered: string[] = [];
  const visit = (current: unknown, path: string): void => {
    if (wanted.delete(path)) ordered.push(path);
    if (Array.isArray(current)) current.forEach((item, i) => visit(item, `${path}[${i}]`));
    else if (isRecord(current)) {
      for (const key of Object.keys(current)) visit(current[key], path === '' ? key : `${path}.${key}`);
    }
  };
  visit(value, '');
  return [...ordered, ...wanted];
}

function cannotHandle(resource: ServedResource, why: string): string {
  return `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${why}`;
}

function assertType(
  resource: ServedResource,
  value: Record<string, unknown>,
  refuse: ((why: string) => Error) | undefined,
): void {
  const { apiVersion, kind } = value;
  const isDefault = (text: unknown): boolean => text === undefined || text === null || text === '';
  const isGiven = !isDefault(apiVersion) || !isDefault(kind);
  if (!isGiven) return;
  // What a typed body leaves out is read from the path.
  const isFilled =
    !resource.custom &&
    (isDefault(apiVersion) || apiVersion === resource.apiVersion) &&
    (isDefault(kind) || kind === resource.kind);
  if (isFilled) return;
  if (apiVersion === resource.apiVersion && kind === resource.kind) return;
  if (isDefault(kind) || isDefault(apiVersion)) {
    const missing = isDefault(kind) ? 'Kind' : 'apiVersion';
    throw badRequest(`Object '${missing}' is missing in '${JSON.stringify(value)}'`);
  }
  if (resource.custom) {
    if (apiVersion === resource.apiVersion) {
      throw badRequest(
        `the kind in the data (${String(kind)}) does not match the expected kind (${resource.kind})`,
      );
    }
    const expected = formatApiVersion(resource.group, resource.version);
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${expected})`,
    );
  }
  const why = `no kind "${String(kind)}" is registered for version "${String(apiVersion)}" in scheme "pkg/runtime/scheme.go:111"`;
  if (refuse) throw refuse(why);
  const version = String(apiVersion).split('/').at(-1) ?? '';
  throw badRequest(`${String(kind)} in version "${version}" cannot be handled as a ${resource.kind}: ${why}`);
}

/**
 * Takes name and namespace from the path where the object has none.
 *
 * @throws StatusError 400 where they differ.
 */
export function bindToScope(draft: KubeObject, scope: Scope): void {
  const { metadata } = draft;
  const { namespace, name } = scope;
  if (scope.resource.namespaced) {
    if (metadata.namespace !== undefined && metadata.namespace !== '' && metadata.namespace !== namespace) {
      throw badRequest(
        'the namespace of the provided object does not match the namespace sent on the request',
      );
    }
    if (namespace !== undefined) metadata.namespace = namespace;
  } else {
    delete metadata.namespace;
  }
  if (name === undefined) return;
  if (metadata.name !== undefined && metadata.name !== '' && metadata.name !== name) {
    throw badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  metadata.name = name;
}

/**
 * @param isWhole the draft is a whole object, whose uid says which one is meant; a patch that changes the uid is
 *   refused later, as any other change of what may not change
 * @throws StatusError 409 where the draft names another version or another object than the one stored.
 */
export function checkPreconditions(
  draft: KubeObject,
  current: KubeObject,
  resource: ServedResource,
  isWhole = true,
): void {
  const { uid, resourceVersion } = draft.metadata;
  const name = current.metadata.name ?? '';
  if (isWhole && uid !== undefined && uid !== '' && uid !== current.metadata.uid) {
    const { namespace } = current.metadata;
    const key = [
      '/registry',
      ...(resource.group.includes('.') && resource.custom ? [resource.group] : []),
      resource.plural,
      ...(namespace ? [namespace] : []),
      name,
    ].join('/');
    throw conflict(
      groupResource(resource),
      name,
      `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  if (
    resourceVersion !== undefined &&
    resourceVersion !== '' &&
    resourceVersion !== current.metadata.resourceVersion
  ) {
    throw conflict(groupResource(resource), name);
  }
}

/** A copy of a value that is sure to be a map. */
export function cloneRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? cloneValue(value) : {};
}
