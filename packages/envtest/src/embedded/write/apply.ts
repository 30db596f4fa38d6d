import type { KubeObject } from '@gitops-toolkit/core';

import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseYamlBody } from '../http/request-body.ts';
import { renderObject } from '../read/render.ts';
import { groupResource, type ServedResource } from '../registry/served-resource.ts';
import { badRequest, conflict, notFound } from '../status-error.ts';
import { text } from '../strategy/draft.ts';
import type { Entry } from '../store/entry.ts';
import { createObject, type Written } from './create-object.ts';
import { bindToScope, checkPreconditions, cloneRecord, decodeObject } from './decode.ts';
import { trackApply } from './managed-fields.ts';
import { findEntry, versionOf, type Scope } from './scope.ts';
import { updateObject } from './update-object.ts';
import { readWriteOptions, type WriteOptions } from './write-options.ts';

/** Answers a server-side apply: creates the object or merges the configuration into it. */
export function apply(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  const options = readWriteOptions(request, 'PatchOptions', true);
  const { value, duplicates } = parseYamlBody(request.body, scope.resource.kind);
  const config = readConfig(scope, cloneRecord(value));
  const entry = findEntry(engine, scope);
  const merge = new Merge(engine, scope, config, duplicates, options, request.warnings);
  const written = entry ? merge.into(entry) : merge.create();
  return renderObject(request, scope.resource, written, {
    code: written.created ? 201 : 200,
    now: engine.clock.now(),
  });
}

/** What every configuration has to have, and may not have. */
function readConfig(scope: Scope, config: Record<string, unknown>): KubeObject {
  const { resource } = scope;
  const [apiVersion, kind] = [text(config, 'apiVersion'), text(config, 'kind')];
  if (apiVersion === '' || kind === '') {
    const { group, version } = splitVersion(apiVersion);
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  }
  assertKind(resource, apiVersion, kind);
  const object = config as unknown as KubeObject;
  object.metadata ??= {};
  // A namespace that is not given stays so until ownership is worked out: messages show what was sent.
  bindToScope({ ...object, metadata: { ...object.metadata } }, scope);
  return object;
}

function splitVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

function assertKind(resource: ServedResource, apiVersion: string, kind: string): void {
  if (apiVersion === resource.apiVersion && kind === resource.kind) return;
  const { group, version } = splitVersion(apiVersion);
  throw badRequest(
    `failed to convert new object (${group}/${version}, Kind=${kind}) to proper version (${resource.apiVersion}): incorrect object given`,
  );
}

class Merge {
  readonly #engine: Engine;
  readonly #scope: Scope;
  readonly #config: KubeObject;
  readonly #duplicates: readonly string[];
  readonly #options: WriteOptions;
  readonly #warnings: string[];

  constructor(
    engine: Engine,
    scope: Scope,
    config: KubeObject,
    duplicates: readonly string[],
    options: WriteOptions,
    warnings: string[],
  ) {
    this.#engine = engine;
    this.#scope = scope;
    this.#config = config;
    this.#duplicates = duplicates;
    this.#options = options;
    this.#warnings = warnings;
  }

  into(entry: Entry): Written {
    const live = versionOf(this.#scope, entry);
    checkPreconditions(this.#config, live, this.#scope.resource, false);
    const draft = this.#decode(this.#merge(live));
    return updateObject(this.#engine, this.#scope, entry, draft, { ...this.#options, tracked: true });
  }

  create(): Written {
    const { resource, name = '', subresource } = this.#scope;
    if (subresource !== undefined) throw notFound(groupResource(resource), name);
    const { uid } = this.#config.metadata;
    if (uid) {
      const why = `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`;
      throw conflict(groupResource(resource), name, why);
    }
    const draft = this.#decode(this.#merge(undefined));
    // A version is compared with that of an object; what is not there has none to differ from.
    delete draft.metadata.resourceVersion;
    return createObject(this.#engine, this.#scope, draft, { ...this.#options, tracked: true });
  }

  #merge(live: KubeObject | undefined): KubeObject {
    const { subresource } = this.#scope;
    return trackApply(this.#scope.resource, live, this.#config, {
      manager: this.#options.manager,
      force: this.#options.force,
      time: this.#engine.now(),
      ...(subresource === undefined ? {} : { subresource }),
    });
  }

  #decode(merged: KubeObject): KubeObject {
    const body = { value: cloneRecord(merged), duplicates: this.#duplicates };
    const draft = decodeObject(this.#scope.resource, body, { ...this.#options, warnings: this.#warnings });
    bindToScope(draft, this.#scope);
    return draft;
  }
}
