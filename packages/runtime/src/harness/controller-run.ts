import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { type ClusterConfig, KubeClient } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';
import { type Manager, manager } from '../manager/manager.ts';
import type { ManagerOptions } from '../manager/manager-options.ts';
import { keyString, type ObjectKey } from '../object-key.ts';
import type { ResourceKind } from '../resource-kind.ts';
import { type InstallableDefinition, installDefinitions } from './install-definitions.ts';

/** What {@link runControllers} runs: a manager's options, all of which may be left out. */
export interface RunControllersOptions extends Omit<ManagerOptions, 'client' | 'name'> {
  /** Where: what `startEmbedded` or `startBinaries` of `@gitops-toolkit/envtest` gave, or another cluster. */
  readonly server: { readonly config: ClusterConfig };
  /** Kinds to make known to the cluster before. */
  readonly definitions?: readonly InstallableDefinition[];
  /** @default 'test' */
  readonly name?: string;
}

/** How long something may take to come true. */
export interface UntilOptions {
  /** Of real time, whatever clock the controllers have. @default 10 000 */
  readonly timeoutMs?: number;
}

const POLL_MS = 10;

/** Controllers that run against a cluster, as a test sees them. Disposing it stops them, and throws what they failed with. */
export class ControllerRun implements AsyncDisposable {
  /** An administrator's client. */
  readonly client: KubeClient;
  readonly #end = new AbortController();
  readonly #ended: Promise<void>;

  constructor(client: KubeClient, runnable: Pick<Manager, 'run'>) {
    this.client = client;
    this.#ended = runnable.run(this.#end.signal);
    // It is thrown by whatever is waited for, and at the end.
    this.#ended.catch(() => {});
  }

  /**
   * Waits until an object is as wanted.
   *
   * @param holds is told the object, or `undefined` while there is none
   * @returns the object for which it held
   * @throws RuntimeError RUNTIME_NOT_OBSERVED with what was there in the end; what the manager failed with
   */
  async until<T extends KubeObject>(
    kind: ResourceKind<T>,
    key: ObjectKey,
    holds: (object: T | undefined) => boolean,
    { timeoutMs = 10_000 }: UntilOptions = {},
  ): Promise<T | undefined> {
    const { apiVersion, kind: name } = kind;
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const object = await this.client.find<T>({ apiVersion, kind: name, ...key });
      if (holds(object)) return object;
      if (performance.now() > deadline) throw notObserved(kind, key, object, timeoutMs);
      await Promise.race([sleep(POLL_MS), this.#ended]);
    }
  }

  /** Writes a status, as the controller of another kind would. */
  async writeStatus(kind: ResourceKind, key: ObjectKey, status: object): Promise<void> {
    const ref = { apiVersion: kind.apiVersion, kind: kind.kind, ...key };
    await this.client.patch(ref, { type: 'merge', body: { status } }, { subresource: 'status' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    try {
      await this.#ended;
    } finally {
      await this.client[Symbol.asyncDispose]();
    }
  }
}

/**
 * Runs controllers against a server for as long as a test takes.
 *
 * @example
 * ```ts
 * import { startEmbedded } from '@gitops-toolkit/envtest';
 * import { controller, kindOf } from '@gitops-toolkit/runtime';
 * import { runControllers } from '@gitops-toolkit/runtime/testing';
 *
 * const ConfigMap = kindOf('v1', 'ConfigMap');
 * const greeter = controller(ConfigMap, async ({ apiVersion, kind }, { client, name, namespace = '' }) => {
 *   await client.apply({ apiVersion, kind, metadata: { name, namespace }, data: { hello: 'you' } }, { fieldManager: 'greeter' });
 * });
 * await using server = await startEmbedded();
 * await using run = await runControllers({ server, controllers: [greeter] });
 * const key = { namespace: 'default', name: 'a' };
 * await run.client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: key });
 * await run.until(ConfigMap, key, (map) => JSON.stringify(map?.['data']) === '{"hello":"you"}');
 * ```
 */
export async function runControllers(options: RunControllersOptions): Promise<ControllerRun> {
  const { server, definitions = [], name = 'test', ...rest } = options;
  const client = new KubeClient(server.config);
  try {
    await installDefinitions(client, definitions);
    return new ControllerRun(client, manager({ ...rest, name, client }));
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

function notObserved(
  kind: ResourceKind,
  key: ObjectKey,
  object: KubeObject | undefined,
  timeoutMs: number,
): RuntimeError {
  const found = object ? JSON.stringify(object, undefined, 2) : 'there is no such object';
  return new RuntimeError(
    'RUNTIME_NOT_OBSERVED',
    `${kind.kind} ${keyString(key)} was not as wanted within ${timeoutMs} ms: ${found}`,
  );
}
