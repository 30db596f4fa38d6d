import { type Clock, type KubeObject, refKey, refOf, sha256Hex } from '@gitops-toolkit/core';

/** How long an {@link ApplyMemory} is trusted. */
export interface ApplyMemoryOptions {
  /** Milliseconds until an object that did not change is dry-run again. @default 3 600 000 */
  readonly verifyAfterMs?: number;
}

/** What a run that remembers is made of. */
interface RememberingRun {
  readonly clock: Clock;
  /** All that the outcome of its applies depends on, beside the objects. */
  readonly settings: string;
}

interface Known {
  /** Of what was applied, how, and the object that came of it. */
  readonly fingerprint: string;
  /** When the API server last said so, by the monotonic clock. */
  readonly verifiedAt: number;
}

const HOUR_MS = 3_600_000;

/**
 * Remembers of one owner's objects what the API server said last: that applying this very object
 * to that very state changes nothing. Where both are the same again, it need not be asked again.
 *
 * What only the server knows, such as a webhook that has come since, is found after
 * `verifyAfterMs`. An empty memory makes a run ask for everything: a new one is the way to a
 * thorough look. Nothing of the objects is kept but digests.
 *
 * @example
 * ```ts no-run
 * import { ApplyMemory, applyResources } from '@gitops-toolkit/apply';
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 *
 * await using client = new KubeClient(await loadKubeconfig());
 * const settings = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'web' }, data: { a: '1' } };
 * const owner = { fieldManager: 'portal', group: 'portal.example.com', name: 'web', namespace: 'portal' };
 * const memory = new ApplyMemory();
 * await applyResources(client, [{ object: settings }], { owner, memory });
 * await applyResources(client, [{ object: settings }], { owner, memory }); // one GET
 * ```
 */
export class ApplyMemory {
  readonly #verifyAfterMs: number;
  #known = new Map<string, Known>();

  constructor(options: ApplyMemoryOptions = {}) {
    this.#verifyAfterMs = options.verifyAfterMs ?? HOUR_MS;
  }

  /** Whether there is something to compare a look at the object with. */
  has(desired: KubeObject, run: RememberingRun): boolean {
    const known = this.#known.get(keyOf(desired));
    return known !== undefined && run.clock.monotonic() - known.verifiedAt < this.#verifyAfterMs;
  }

  /** Whether an apply is known to change nothing. */
  confirms(desired: KubeObject, live: KubeObject, run: RememberingRun): boolean {
    if (!this.has(desired, run)) return false;
    return this.#known.get(keyOf(desired))?.fingerprint === fingerprintOf(desired, live, run);
  }

  /** Records what the API server said of an apply to this state: it changed nothing, or led to it. */
  learn(desired: KubeObject, live: KubeObject, run: RememberingRun): void {
    const known = { fingerprint: fingerprintOf(desired, live, run), verifiedAt: run.clock.monotonic() };
    this.#known.set(keyOf(desired), known);
  }

  /** Forgets all other objects. */
  keep(objects: readonly KubeObject[]): void {
    const kept = new Map<string, Known>();
    for (const key of objects.map(keyOf)) {
      const known = this.#known.get(key);
      if (known) kept.set(key, known);
    }
    this.#known = kept;
  }
}

function keyOf(object: KubeObject): string {
  return refKey(refOf(object));
}

/** Of everything that the outcome of an apply depends on. */
function fingerprintOf(desired: KubeObject, live: KubeObject, run: RememberingRun): string {
  return sha256Hex(JSON.stringify([run.settings, desired, withoutStatus(live)]));
}

/**
 * The state as an apply sees it: neither status, which Pods and Deployments change all the time, nor
 * what only numbers and dates the writes of it.
 */
function withoutStatus(live: KubeObject): unknown {
  const { apiVersion, kind, metadata, status: _status, ...content } = live;
  const { resourceVersion: _version, managedFields = [], ...rest } = metadata;
  const owners = managedFields
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ time: _time, ...entry }) => entry);
  return [apiVersion, kind, sorted(rest), owners, sorted(content)];
}

/** Servers write the fields of metadata in the order in which they came to be. */
function sorted(fields: object): [string, unknown][] {
  return Object.entries(fields).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
