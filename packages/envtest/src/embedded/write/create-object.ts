import { cloneValue, createRecord, type KubeObject } from '@gitops-toolkit/core';

import type { Admission } from '../admission/admission.ts';
import type { Engine } from '../engine.ts';
import { zeroObject } from '../go-types/go-shape.ts';
import { groupResource, type ServedResource } from '../registry/served-resource.ts';
import { alreadyExists, internalError, invalid, StatusError } from '../status-error.ts';
import type { Entry } from '../store/entry.ts';
import { storeKey } from '../store/store.ts';
import { generateName } from '../strategy/names.ts';
import { trackUpdate } from './managed-fields.ts';
import { assertNamespaceAccepts } from './namespace-admission.ts';
import type { Scope } from './scope.ts';
import { metadataRules, validateMetadata } from './validate-metadata.ts';

/** What a write did. `entry` is absent after a dry run. */
export interface Written {
  readonly object: KubeObject;
  readonly entry?: Entry;
  readonly created: boolean;
}

/** How an object is to be created. */
export interface CreateOptions {
  readonly manager: string;
  readonly dryRun: boolean;
  /** Set where ownership has been worked out already, by an apply. */
  readonly tracked?: boolean;
  /** Webhooks to ask, for a client's request. */
  readonly admission?: Admission;
}

/** Attempts at a generated name before the clash is reported. */
const NAME_ATTEMPTS = 8;

/** Creates an object from a decoded draft. */
export function createObject(
  engine: Engine,
  scope: Scope,
  input: KubeObject,
  options: CreateOptions,
): Written {
  const { resource } = scope;
  assertNamespaceAccepts(engine, scope, input.metadata.name ?? '');
  if ((input.metadata.resourceVersion ?? '') !== '') {
    throw internalError('resourceVersion should not be set on objects to be created');
  }
  wipeMetadata(input);
  const { admission } = options;
  const tracked = options.tracked
    ? input
    : trackUpdate(resource, undefined, input, { manager: options.manager, time: engine.now() });
  fillMetadata(engine, scope, tracked);
  const write = { scope, operation: 'CREATE', old: undefined } as const;
  const draft = admission?.mutate(engine, { ...write, object: tracked }) ?? tracked;
  if (resource.strategy.hasStatus) resetStatus(resource, draft);
  resource.strategy.prepareCreate?.(draft, engine);
  validateNew(scope, draft);
  admission?.validate(engine, { ...write, object: draft });
  const key = storeKey(draft.metadata.namespace, draft.metadata.name ?? '');
  if (engine.store.bucket(resource.storage).get(key)) throw nameTaken(scope, draft);
  if (options.dryRun) return { object: draft, created: true };
  if (resource.strategy.defaultedWhenRead) return createDefaulted(engine, resource, key, draft);
  const entry = engine.store.put(resource.storage, key, resource.toStorage(draft));
  return { object: resource.fromStorage(entry.object), entry, created: true };
}

/** Stores what later readers see; whoever creates it sees it without the defaults that came up on the way. */
function createDefaulted(engine: Engine, resource: ServedResource, key: string, draft: KubeObject): Written {
  const stored = cloneValue(draft);
  resource.strategy.defaults?.(stored);
  const { object } = engine.store.put(resource.storage, key, resource.toStorage(stored));
  const { resourceVersion } = object.metadata;
  const metadata = { ...draft.metadata, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { object: { ...draft, metadata }, created: true };
}

/** What clients may not say about a new object, and so nobody comes to own. */
function wipeMetadata({ metadata }: KubeObject): void {
  delete metadata.resourceVersion;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata['selfLink'];
}

function fillMetadata(engine: Engine, { resource }: Scope, draft: KubeObject): void {
  const { metadata } = draft;
  if ((metadata.name ?? '') === '' && metadata.generateName)
    metadata.name = freeName(engine, resource.storage, draft);
  metadata.uid = engine.newUid();
  metadata.creationTimestamp = engine.now();
  if (resource.strategy.managesGeneration) metadata.generation = 1;
}

/** Status has a path of its own. Typed objects show an empty one where custom resources show none. */
function resetStatus({ custom, apiVersion, kind }: ServedResource, draft: KubeObject): void {
  if (custom) delete draft['status'];
  else draft['status'] = zeroObject(apiVersion, kind)?.['status'] ?? createRecord();
}

function freeName(engine: Engine, storage: string, { metadata }: KubeObject): string {
  const bucket = engine.store.bucket(storage);
  let name = '';
  for (let attempt = 0; attempt < NAME_ATTEMPTS; attempt++) {
    name = generateName(metadata.generateName ?? '', engine.random);
    if (!bucket.get(storeKey(metadata.namespace, name))) break;
  }
  return name;
}

function validateNew(scope: Scope, draft: KubeObject): void {
  const { resource } = scope;
  const errors = [
    ...validateMetadata(draft, metadataRules(resource)),
    ...(resource.strategy.validate?.(draft) ?? []),
    ...(resource.custom?.validate(draft, undefined) ?? []),
  ];
  if (errors.length > 0) throw invalid(resource, draft.metadata.name ?? '', errors);
}

function nameTaken({ resource }: Scope, { metadata }: KubeObject): StatusError {
  const clash = alreadyExists(groupResource(resource), metadata.name ?? '');
  if (!metadata.generateName) return clash;
  return new StatusError(
    409,
    'AlreadyExists',
    `${clash.message}, the server was not able to generate a unique name for the object`,
    {
      ...clash.details,
      retryAfterSeconds: 1,
    },
  );
}
