import { cloneValue, getOwn, isEqual, type KubeObject } from '@gitops-toolkit/core';

import type { ControllerContext } from '../controllers/controller.ts';
import { deploymentStatus } from './deployment-status.ts';
import { ownedBy, ownerReference } from './owned.ts';
import { templateHash } from './template-hash.ts';

const SETS = 'apps/replicasets';
const REVISION = 'deployment.kubernetes.io/revision';
const HASH_LABEL = 'pod-template-hash';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

interface DeploymentSpec {
  readonly replicas: number;
  readonly template: {
    readonly metadata?: { readonly labels?: Record<string, string> };
    readonly spec?: unknown;
  };
  readonly selector: { readonly matchLabels?: Record<string, string> };
  readonly strategy?: { readonly type?: string };
  readonly revisionHistoryLimit?: number;
  readonly paused?: boolean;
}

/** Rolls a Deployment out: one ReplicaSet for each template that it has had, the newest with all the replicas. */
export function reconcileDeployment(deployment: KubeObject, context: ControllerContext): void {
  const spec = deployment['spec'] as DeploymentSpec;
  const sets = ownedBy(context.engine, SETS, deployment);
  const revision = Math.max(0, ...sets.map((set) => revisionOf(set))) + 1;
  const known = sets.find((set) => isSetOf(set, spec.template));
  const current = known
    ? promote(known, sets, revision, context)
    : createSet(deployment, spec, revision, context);
  if (!current) return;
  const old = sets.filter((set) => set.metadata.uid !== current.metadata.uid);
  if (spec.paused !== true) rollOut(current, old, spec, context);
  forget(old, spec, context);
  const fresh = ownedBy(context.engine, SETS, deployment);
  deploymentStatus(deployment, fresh, current.metadata.uid ?? '', String(revisionOf(current)), context);
}

function revisionOf(set: KubeObject): number {
  return Number(set.metadata.annotations?.[REVISION] ?? 0);
}

/** Whether a set is for this template, which does not know of the label that tells sets apart. */
function isSetOf(set: KubeObject, template: DeploymentSpec['template']): boolean {
  const own = cloneValue(getOwn(set['spec'], 'template')) as DeploymentSpec['template'];
  if (own.metadata?.labels) delete own.metadata.labels[HASH_LABEL];
  return isEqual(own, template);
}

/** A template that is used again, after an undo, becomes the newest revision. */
function promote(
  set: KubeObject,
  sets: readonly KubeObject[],
  revision: number,
  { client }: ControllerContext,
): KubeObject {
  if (sets.every((other) => revisionOf(other) <= revisionOf(set))) return set;
  const promoted = client.update(set, ({ metadata }) => {
    metadata.annotations = { ...metadata.annotations, [REVISION]: String(revision) };
  });
  return promoted ?? set;
}

function createSet(
  deployment: KubeObject,
  spec: DeploymentSpec,
  revision: number,
  { client }: ControllerContext,
): KubeObject | undefined {
  const { namespace = '', name, annotations = {} } = deployment.metadata;
  const hash = templateHash(spec.template);
  const labels = { ...spec.template.metadata?.labels, [HASH_LABEL]: hash };
  const template = cloneValue(spec.template) as { metadata?: Record<string, unknown> };
  template.metadata = { ...template.metadata, labels };
  const { [LAST_APPLIED]: _applied, ...copied } = annotations;
  return client.create({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: {
        ...copied,
        [REVISION]: String(revision),
        'deployment.kubernetes.io/desired-replicas': String(spec.replicas),
      },
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas: 0,
      selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [HASH_LABEL]: hash } },
      template,
    },
  });
}

/** The new set grows at once; old ones shrink when it is up, or before it starts with the strategy `Recreate`. */
function rollOut(
  current: KubeObject,
  old: readonly KubeObject[],
  spec: DeploymentSpec,
  context: ControllerContext,
): void {
  const isRecreate = spec.strategy?.type === 'Recreate';
  const running = old.filter((set) => Number(getOwn(set['status'], 'replicas') ?? 0) > 0);
  if (!isRecreate || running.length === 0) scale(current, spec.replicas, context);
  const available = Number(getOwn(current['status'], 'availableReplicas') ?? 0);
  if (isRecreate || available >= spec.replicas) for (const set of old) scale(set, 0, context);
}

function scale(set: KubeObject, replicas: number, { client }: ControllerContext): void {
  if (getOwn(set['spec'], 'replicas') === replicas) return;
  client.update(set, (draft) => {
    (draft['spec'] as Record<string, unknown>)['replicas'] = replicas;
  });
}

/** Deletes the oldest sets beyond the number that is to be kept. */
function forget(
  old: readonly KubeObject[],
  { revisionHistoryLimit = 10 }: DeploymentSpec,
  { client }: ControllerContext,
): void {
  const idle = old.filter(
    (set) => Number(getOwn(set['status'], 'replicas') ?? 0) === 0 && getOwn(set['spec'], 'replicas') === 0,
  );
  const byAge = [...idle].sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of byAge.slice(0, Math.max(0, byAge.length - revisionHistoryLimit))) client.delete(set);
}
