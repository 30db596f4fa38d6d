import { createRecord, getOwn, gvkOf, isRecord, type KubeObject, setOwn } from '@gitops-toolkit/core';
import { builtinSchema, prune } from '@gitops-toolkit/schema';
import { withoutInvalidCaBundle } from './ca-bundle.ts';
import { withoutNulls } from './without-nulls.ts';

/**
 * An object as it is sent to the API server. Flux reads built-in kinds into Go's types and writes
 * them again before it applies them; this is what that does to them: fields that the kind does not
 * have are dropped, as are nulls, `stringData` of a Secret moves to `data`, and ports get the
 * protocol that their list keys need. Objects of any kind lose `status` (CRDs keep it, whose health
 * it tells) and `creationTimestamp`.
 *
 * Shares what did not change with the original.
 */
export function normalize(object: KubeObject): KubeObject {
  const { group, kind } = gvkOf(object);
  // Flux leaves Roles alone, since Go's types would reset rules that they cannot hold.
  const isRole = group === 'rbac.authorization.k8s.io' && (kind === 'Role' || kind === 'ClusterRole');
  if (isRole) return object;
  const typed = UNTYPED_GROUPS.has(group) ? object : asBuiltin(object, group, kind);
  const { status, ...rest } = withoutCreationTimestamp(typed);
  if (group !== 'apiextensions.k8s.io') return rest as KubeObject;
  return withoutInvalidCaBundle((status === undefined ? rest : { ...rest, status }) as KubeObject);
}

/** Served by every API server, but no part of the types that Flux reads with. */
const UNTYPED_GROUPS: ReadonlySet<string> = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io']);

/** Where pods are described in built-in kinds. */
const POD_SPECS: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec'],
  'apps/Deployment': ['spec', 'template', 'spec'],
  'apps/StatefulSet': ['spec', 'template', 'spec'],
  'apps/DaemonSet': ['spec', 'template', 'spec'],
  'apps/ReplicaSet': ['spec', 'template', 'spec'],
  'batch/Job': ['spec', 'template', 'spec'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};

function asBuiltin(object: KubeObject, group: string, kind: string): KubeObject {
  const schema = builtinSchema(gvkOf(object));
  if (!schema) return object;
  const known = prune(schema, withoutNulls(object, schema) as KubeObject).value;
  if (group === '' && kind === 'Secret') return withEncodedStringData(known);
  if (group === '' && kind === 'Service') return mapAt(known, ['spec', 'ports'], withProtocols) as KubeObject;
  const podSpec = POD_SPECS[`${group}/${kind}`];
  return podSpec ? (mapAt(known, [...podSpec, 'containers'], withContainerProtocols) as KubeObject) : known;
}

/** The value with the part at the path mapped; the same value where that is absent or unchanged. */
function mapAt(value: unknown, path: readonly string[], map: (part: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return map(value);
  const part = getOwn(value, key);
  if (part === undefined || !isRecord(value)) return value;
  const mapped = mapAt(part, rest, map);
  return mapped === part ? value : { ...value, [key]: mapped };
}

function withContainerProtocols(containers: unknown): unknown {
  if (!Array.isArray(containers)) return containers;
  return containers.map((container: unknown) => mapAt(container, ['ports'], withProtocols));
}

/** The protocol is a part of a port's key; without it the server cannot tell two ports apart. */
function withProtocols(ports: unknown): unknown {
  if (!Array.isArray(ports)) return ports;
  return ports.map((port: unknown) =>
    isRecord(port) && !getOwn(port, 'protocol') ? { ...port, protocol: 'TCP' } : port,
  );
}

function withEncodedStringData(secret: KubeObject): KubeObject {
  const { stringData, ...rest } = secret;
  if (!isRecord(stringData)) return secret;
  const data = createRecord();
  for (const [key, value] of Object.entries(isRecord(secret['data']) ? secret['data'] : {}))
    setOwn(data, key, value);
  for (const [key, value] of Object.entries(stringData)) {
    // The API server explains what is wrong with anything else.
    if (typeof value !== 'string') return secret;
    setOwn(data, key, Buffer.from(value, 'utf8').toString('base64'));
  }
  return { ...rest, ...(Object.keys(data).length > 0 && { data }) } as KubeObject;
}

function withoutCreationTimestamp(object: KubeObject): KubeObject {
  if (!Object.hasOwn(object.metadata, 'creationTimestamp')) return object;
  const { creationTimestamp: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}
