import {
  cloneValue,
  getOwn,
  isRecord,
  type KubeObject,
  type ManagedFieldsEntry,
  parseApiVersion,
  setOwn,
} from '@gitops-toolkit/core';
import { applyJsonPatch, applyMergePatch } from '@gitops-toolkit/patch';

import type { Engine } from '../engine.ts';
import type { TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { mediaType, parseBody, parseYamlBody, requireRecord } from '../http/request-body.ts';
import { negotiate, type Representation } from '../http/negotiation.ts';
import { renderValue } from '../read/render.ts';
import type { ServedResource } from '../registry/served-resource.ts';
import { formatLabelSelector, fromLabelSelectorObject } from '../selectors/label-selector.ts';
import { badRequest, invalid, methodNotAllowed } from '../status-error.ts';
import { invalidValue } from '../strategy/field-errors.ts';
import { scaleTable } from '../table/scale-table.ts';
import { checkPreconditions } from '../write/decode.ts';
import { trackUpdate } from '../write/managed-fields.ts';
import { requireEntry, versionOf, type Scope } from '../write/scope.ts';
import { updateObject } from '../write/update-object.ts';
import { readWriteOptions } from '../write/write-options.ts';

/** Where an object keeps what a Scale shows. */
interface ScalePaths {
  readonly specReplicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly selector?: readonly string[];
}

/** Answers GET, PUT and PATCH on `/scale`. */
export function scale(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  const paths = scalePaths(scope.resource);
  const representation = negotiate(request.headers.accept, ['Table']);
  const entry = requireEntry(engine, scope);
  const object = versionOf(scope, entry);
  const current = readScale(paths, object);
  if (request.method === 'GET') return renderScale(engine, representation, current);
  const wanted = wantedScale(request, current);
  // Webhooks are asked about whole objects only, not about the Scale that this one is written by.
  const { admission: _, ...options } = readWriteOptions(
    request,
    request.method === 'PUT' ? 'UpdateOptions' : 'PatchOptions',
    mediaType(request) === 'application/apply-patch+yaml',
  );
  assertSameName(wanted, scope);
  checkPreconditions(wanted, object, scope.resource);
  const replicas = wantedReplicas(wanted);
  const draft = cloneValue(object);
  writePath(draft as unknown as Record<string, unknown>, paths.specReplicas, replicas);
  const tracked = isOwned(object, paths.specReplicas)
    ? trackScale(engine, scope, object, draft, options.manager)
    : draft;
  const main = updateObject(engine, { ...scope, subresource: 'scale' }, entry, tracked, {
    ...options,
    tracked: true,
  });
  return renderScale(engine, representation, readScale(paths, main.object));
}

function renderScale(engine: Engine, representation: Representation, scale: KubeObject): TextAnswer {
  const version = representation.shape?.version;
  if (version === undefined) return renderValue(representation, scale);
  const { resourceVersion } = scale.metadata;
  const table = scaleTable(scale, version, engine.clock.now());
  return renderValue(representation, { ...table, metadata: { resourceVersion } });
}

/** Whether anybody owns a field. What belongs to nobody goes on belonging to nobody, until it is applied. */
function isOwned({ metadata }: KubeObject, path: readonly string[]): boolean {
  return (metadata.managedFields ?? []).some(
    ({ fieldsV1 }) =>
      readPath(
        fieldsV1,
        path.map((step) => `f:${step}`),
      ) !== undefined,
  );
}

/** The replicas belong to whoever scales, with the subresource noted. The real server leaves out the time. */
function trackScale(
  engine: Engine,
  scope: Scope,
  live: KubeObject,
  draft: KubeObject,
  manager: string,
): KubeObject {
  const ownership = { manager, time: engine.now(), subresource: 'scale' };
  const tracked = trackUpdate(scope.resource, live, draft, ownership);
  const entries = tracked.metadata.managedFields?.map((entry): ManagedFieldsEntry => {
    if (entry.subresource !== 'scale' || entry.manager !== manager) return entry;
    const { time: _time, ...timeless } = entry;
    return timeless;
  });
  if (!entries) return tracked;
  // Entries without a time come before the others of their operation.
  const rank = ({ operation, time }: ManagedFieldsEntry): string => `${operation} ${time ?? ''}`;
  const managedFields = entries.sort((x, y) => (rank(x) < rank(y) ? -1 : rank(x) > rank(y) ? 1 : 0));
  return { ...tracked, metadata: { ...tracked.metadata, managedFields } };
}

function scalePaths({ custom }: ServedResource): ScalePaths {
  if (!custom)
    return {
      specReplicas: ['spec', 'replicas'],
      statusReplicas: ['status', 'replicas'],
      selector: ['spec', 'selector'],
    };
  if (!custom.scale) throw methodNotAllowed();
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = custom.scale;
  return {
    specReplicas: steps(specReplicasPath),
    statusReplicas: steps(statusReplicasPath),
    ...(labelSelectorPath === undefined ? {} : { selector: steps(labelSelectorPath) }),
  };
}

const steps = (path: string): string[] => path.split('.').filter((step) => step !== '');

function readScale(paths: ScalePaths, object: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const specReplicas = (readPath(object, paths.specReplicas) as number | undefined) ?? 0;
  const statusReplicas = (readPath(object, paths.statusReplicas) as number | undefined) ?? 0;
  const selector = selectorText(paths.selector && readPath(object, paths.selector));
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    spec: specReplicas === 0 ? {} : { replicas: specReplicas },
    status: { replicas: statusReplicas, ...(selector === undefined ? {} : { selector }) },
  };
}

function selectorText(selector: unknown): string | undefined {
  if (typeof selector === 'string') return selector;
  if (!isRecord(selector)) return undefined;
  if (Object.hasOwn(selector, 'matchLabels') || Object.hasOwn(selector, 'matchExpressions')) {
    return formatLabelSelector(fromLabelSelectorObject(selector));
  }
  // A ReplicationController's selector is a plain map.
  return formatLabelSelector(fromLabelSelectorObject({ matchLabels: selector }));
}

function wantedScale(request: ApiRequest, current: KubeObject): KubeObject {
  if (request.method === 'PUT') {
    const body = requireRecord(parseBody(request, 'Scale').value, 'Scale', request.body);
    return body as unknown as KubeObject;
  }
  if (request.method !== 'PATCH') throw methodNotAllowed();
  const { value } = parseYamlBody(request.body, 'Scale');
  const patched = Array.isArray(value)
    ? applyJsonPatch(current, value as never)
    : applyMergePatch(current, value);
  return patched as KubeObject;
}

function assertSameName({ metadata }: KubeObject, { name = '' }: Scope): void {
  const given = metadata?.name ?? '';
  if (given !== '' && given !== name)
    throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`);
}

function wantedReplicas(wanted: KubeObject): number {
  if (
    wanted.kind !== undefined &&
    (wanted.kind !== 'Scale' || parseApiVersion(wanted.apiVersion).group !== 'autoscaling')
  ) {
    throw badRequest(`expected input object type to be Scale, but ${wanted.kind}`);
  }
  const replicas = (getOwn(wanted['spec'], 'replicas') ?? 0) as number;
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest(
      'json: cannot unmarshal value into Go struct field ScaleSpec.spec.replicas of type int32',
    );
  }
  if (replicas < 0) {
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, wanted.metadata.name ?? '', [
      invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'),
    ]);
  }
  return replicas;
}

function readPath(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((current, step) => getOwn(current, step), value);
}

function writePath(record: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [step = '', ...rest] = path;
  if (rest.length === 0) return setOwn(record, step, value);
  const next = getOwn(record, step);
  const inner = isRecord(next) ? next : {};
  if (!isRecord(next)) setOwn(record, step, inner);
  writePath(inner, rest, value);
}
