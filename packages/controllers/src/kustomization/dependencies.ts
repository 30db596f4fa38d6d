import { type KubeObject, refString } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';
import { conditions, findDependencyCycle, keyString, parseKey } from '@gitops-toolkit/runtime';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';

/** How dependencies are looked at. */
export interface DependencyOptions {
  /** Reads a Kustomization as the API server has it now; `undefined` where there is none. */
  readonly find: (namespace: string, name: string) => Promise<Kustomization | undefined>;
  /** The revision of the source that this run applies. */
  readonly revision: string;
  readonly requeueAfterMs: number;
}

/**
 * Checks that everything that a Kustomization depends on is ready, and, where both have the same source,
 * that the dependency has applied this very revision.
 *
 * @throws ReconcileFailure `DependencyNotReady`, naming the first that is not, or the cycle.
 */
export async function requireDependencies(object: Kustomization, options: DependencyOptions): Promise<void> {
  for (const { namespace, name } of dependenciesOf(object)) {
    const dependency = await options.find(namespace, name);
    const problem = dependency ? whyNotReady(object, dependency, options.revision) : 'not found';
    if (problem === undefined) continue;
    const cycle = dependency && (await findCycle(object, options));
    const text = cycle
      ? `dependency cycle: ${cycle.join(' → ')}`
      : `dependency '${namespace}/${name}' is not ready: ${problem}`;
    throw new ReconcileFailure('DependencyNotReady', {
      cause: new ControllersError('CONTROLLERS_DEPENDENCY_NOT_READY', text, { retry: 'backoff' }),
      requeueAfterMs: options.requeueAfterMs,
      expected: !cycle,
    });
  }
}

/** The objects named in `spec.dependsOn`, with their namespaces. */
export function dependenciesOf(object: Kustomization): { namespace: string; name: string }[] {
  const own = object.metadata.namespace ?? '';
  return (object.spec.dependsOn ?? []).map(({ namespace, name }) => ({ namespace: namespace ?? own, name }));
}

function whyNotReady(object: Kustomization, dependency: Kustomization, revision: string): string | undefined {
  const ready = conditions.get(dependency, 'Ready');
  if (!ready) return 'it was not reconciled yet';
  if (dependency.status?.observedGeneration !== dependency.metadata.generation) return 'its spec changed';
  if (ready.status !== 'True') return ready.message;
  if (sameSource(object, dependency) && dependency.status?.lastAppliedRevision !== revision) {
    return `it has not applied revision ${revision} yet`;
  }
  return undefined;
}

function sameSource(a: Kustomization, b: Kustomization): boolean {
  return sourceKey(a) === sourceKey(b);
}

/** Tells the sources of Kustomizations apart: `Kind/namespace/name`. */
export function sourceKey(object: Kustomization): string {
  const { kind, name, namespace = object.metadata.namespace ?? '' } = object.spec.sourceRef;
  return refString({ kind, name, namespace });
}

/** A path along `dependsOn` from the object back to itself, or `undefined`. */
function findCycle(object: Kustomization, { find }: DependencyOptions): Promise<string[] | undefined> {
  return findDependencyCycle(keyOf(object), async (key) => {
    const { namespace = '', name } = parseKey(key);
    const found = key === keyOf(object) ? object : await find(namespace, name);
    return found ? dependenciesOf(found).map(keyString) : [];
  });
}

function keyOf(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
}
