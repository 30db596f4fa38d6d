import { GitRepository, Kustomization } from '@gitops-toolkit/api';
import { computeStatus, parseInventoryEntry } from '@gitops-toolkit/apply';
import { type KubeObject, type ObjectRef, refString, shortRevision } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import { type Condition, conditions } from '@gitops-toolkit/runtime';
import type { NodeState, TreeNode } from './tree-node.ts';

/** The pair of objects that the demo follows. */
export interface Followed {
  readonly namespace: string;
  readonly name: string;
}

/** Looks at the source, the Kustomization and everything in its inventory. */
export async function observe(
  client: KubeClient,
  followed: Followed,
  signal: AbortSignal,
): Promise<TreeNode> {
  const refOf = ({ apiVersion, kind }: { apiVersion: string; kind: string }): ObjectRef => ({
    apiVersion,
    kind,
    ...followed,
  });
  const [source, kustomization] = await Promise.all([
    client.find<GitRepository>(refOf(GitRepository), { signal }),
    client.find<Kustomization>(refOf(Kustomization), { signal }),
  ]);
  const entries = kustomization?.status?.inventory?.entries ?? [];
  const children = await Promise.all(
    entries.map((entry) => observeObject(client, parseInventoryEntry(entry), signal)),
  );
  const applied = toolkitNode(
    refOf(Kustomization),
    kustomization,
    kustomization?.status?.lastAppliedRevision,
    children,
  );
  return toolkitNode(refOf(GitRepository), source, source?.status?.artifact?.revision, [applied]);
}

/** Everything in a tree, by name. */
export function titlesOf(root: TreeNode): string[] {
  return [...flatten(root)].map((node) => node.title);
}

/** Why the followed objects are not ready, in their own words. */
export function whyNotReady(root: TreeNode): string {
  const unsettled = [...flatten(root)].filter((node) => node.state !== 'ready');
  return unsettled
    .map((node) => `  ${node.title}: ${node.explanation ?? (node.detail || node.state)}`)
    .join('\n');
}

function* flatten(node: TreeNode): Generator<TreeNode> {
  yield node;
  for (const child of node.children) yield* flatten(child);
}

/** Reasons for which an object is not ready and that pass by themselves. */
const WAITING: readonly string[] = ['ArtifactFailed', 'DependencyNotReady', 'HealthCheckCanceled'];

function toolkitNode(
  ref: ObjectRef,
  object: KubeObject | undefined,
  revision: string | undefined,
  children: readonly TreeNode[],
): TreeNode {
  const ready = object && conditions.get(object, 'Ready');
  const isCurrent = ready?.observedGeneration === object?.metadata.generation;
  const shown =
    ready?.status === 'True' ? revision && shortRevision(revision) : firstLine(ready?.message ?? '');
  return {
    title: refString(ref),
    state: stateOf(object, ready, isCurrent),
    detail: shown ?? '',
    ...(ready?.status === 'False' ? { explanation: ready.message } : {}),
    ...ageOf(object),
    children,
  };
}

function stateOf(
  object: KubeObject | undefined,
  ready: Condition | undefined,
  isCurrent: boolean,
): NodeState {
  if (!object) return 'missing';
  if (object.metadata.deletionTimestamp) return 'terminating';
  if (ready?.status === 'False') return WAITING.includes(ready.reason) ? 'progressing' : 'failed';
  return ready?.status === 'True' && isCurrent ? 'ready' : 'progressing';
}

async function observeObject(client: KubeClient, ref: ObjectRef, signal: AbortSignal): Promise<TreeNode> {
  const title = refString(ref);
  const object = await client.find<KubeObject>(ref, { signal }).catch(() => undefined);
  if (!object) return { title, state: 'missing', detail: '', children: [] };
  const { status, message } = computeStatus(object);
  const states: Readonly<Record<string, NodeState>> = {
    Current: 'ready',
    Failed: 'failed',
    Terminating: 'terminating',
  };
  const state = states[status] ?? 'progressing';
  return {
    title,
    state,
    detail: state === 'ready' ? imagesOf(object) : firstLine(message),
    ...ageOf(object),
    children: [],
  };
}

/** What people look for first in a workload: the images that it runs. */
function imagesOf(object: KubeObject): string {
  const spec = object['spec'] as { template?: { spec?: { containers?: { image?: string }[] } } } | undefined;
  return (spec?.template?.spec?.containers ?? []).map((container) => container.image ?? '').join(', ');
}

function ageOf(object: KubeObject | undefined): { createdAt?: number } {
  const created = object?.metadata.creationTimestamp;
  return created ? { createdAt: Date.parse(created) } : {};
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
