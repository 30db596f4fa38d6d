import { aborted, type KubeObject, sha256Hex } from '@gitops-toolkit/core';
import { type KubeClient, parseKubeconfig, type ParseKubeconfigOptions } from '@gitops-toolkit/kube';

import { RuntimeError } from '../errors.ts';
import { watchChecks } from '../manager/watch-checks.ts';
import { keyOf } from '../object-key.ts';
import { kindOf } from '../resource-kind.ts';
import { clusterSource } from '../watch/list-watch.ts';
import type { ObjectChange } from '../watch/object-change.ts';
import { WatchCache } from '../watch/watch-cache.ts';
import type { ClusterProvider, ClusterTarget, ProviderContext } from './cluster-provider.ts';

/** Which Secrets hold kubeconfigs, and how far they are trusted. */
export interface KubeconfigSecretsOptions extends Omit<ParseKubeconfigOptions, 'allow'> {
  /** Of the cluster that holds the Secrets. */
  readonly client: KubeClient;
  /** @default all that the client may read */
  readonly namespace?: string;
  /**
   * Secrets of these labels, whatever their type and name.
   * @default those that Cluster API makes: of the type `cluster.x-k8s.io/secret`, named `<cluster>-kubeconfig`
   */
  readonly labelSelector?: string;
  /** Where in the Secret's `data` the kubeconfig is. @default 'value' */
  readonly key?: string;
  /**
   * `untrusted`: commands, files, proxies and impersonation in a kubeconfig are refused, since they would act with the rights of
   * this process. `operator`: who writes the Secrets may do everything that this process may. @default 'untrusted'
   */
  readonly allow?: ParseKubeconfigOptions['allow'];
  /** After such a time without a word about Secrets the check of the provider fails. @default 300 000 */
  readonly silenceMs?: number;
}

type Secret = KubeObject & { readonly data?: Readonly<Record<string, string>> };
const Secret = kindOf<Secret>('v1', 'Secret');
const capiType = 'cluster.x-k8s.io/secret';
/** Certificates and service account keys of a cluster are Secrets of the same type. */
const capiSuffix = '-kubeconfig';

/**
 * The clusters whose kubeconfigs are in Secrets, named `<namespace>/<cluster>` by Cluster API's convention, or
 * `<namespace>/<secret>` with a `labelSelector`. A Secret whose kubeconfig changes, as when its certificate is renewed,
 * engages its cluster anew; one that is not readable is `invalid` until it changes.
 */
export function kubeconfigSecrets(options: KubeconfigSecretsOptions): ClusterProvider {
  return new KubeconfigSecrets(options);
}

class KubeconfigSecrets implements ClusterProvider {
  readonly name = 'kubeconfig-secrets';
  readonly #options: KubeconfigSecretsOptions;
  #isComplete = false;
  #check = (): void => {};

  constructor(options: KubeconfigSecretsOptions) {
    this.#options = options;
  }

  async run(target: ClusterTarget, { signal, logger, clock }: ProviderContext): Promise<void> {
    const { client, namespace, labelSelector, silenceMs: limitMs = 300_000 } = this.#options;
    const transform = (object: KubeObject): KubeObject => this.#withoutTheRest(object);
    await using cache = new WatchCache({ source: clusterSource(client), transform, logger, clock });
    const secrets = cache.watch(Secret, {
      ...(namespace !== undefined && { namespace }),
      ...(labelSelector === undefined ? { fieldSelector: `type=${capiType}` } : { labelSelector }),
    });
    this.#check = () =>
      Object.values(watchChecks(cache.kinds, { limitMs, clock })).forEach((check) => void check());
    const subscription = secrets.subscribe((change) => this.#follow(change, target));
    cache.start();
    void subscription.synced.then(() => (this.#isComplete = true));
    await aborted(signal);
    subscription.close();
  }

  check(): void {
    this.#check();
    if (!this.#isComplete) throw new Error('the Secrets of clusters are not read yet');
  }

  async #follow({ type, object }: ObjectChange<Secret>, target: ClusterTarget): Promise<void> {
    const name = this.#clusterOf(object);
    if (name === undefined) return;
    if (type === 'deleted') {
      // The Secrets of others do not wait for its runs.
      void target.drop(name);
      return;
    }
    try {
      const text = this.#kubeconfigIn(object);
      const { key: _, client: __, allow = 'untrusted', ...trust } = this.#options;
      const config = await parseKubeconfig(text, { ...trust, allow });
      target.engage({ name, config, revision: `${object.metadata.uid}/${sha256Hex(text)}` });
    } catch (error) {
      target.reject(name, error);
    }
  }

  #clusterOf(object: Secret): string | undefined {
    const { namespace = '', name } = keyOf(object);
    if (this.#options.labelSelector !== undefined) return `${namespace}/${name}`;
    return name.endsWith(capiSuffix) ? `${namespace}/${name.slice(0, -capiSuffix.length)}` : undefined;
  }

  #kubeconfigIn({ data = {}, metadata }: Secret): string {
    const { key = 'value' } = this.#options;
    const encoded = Object.hasOwn(data, key) ? data[key] : undefined;
    if (encoded !== undefined) return Buffer.from(encoded, 'base64').toString('utf8');
    throw new RuntimeError(
      'RUNTIME_CLUSTER_INVALID',
      `the Secret ${metadata.namespace}/${metadata.name} has no key ${JSON.stringify(key)}`,
      { hint: 'The key whose value is the kubeconfig is named by the option `key`.', retry: 'terminal' },
    );
  }

  /** Of the secrets of others no more is kept than is needed. */
  #withoutTheRest(object: KubeObject): KubeObject {
    const { apiVersion, kind, metadata, data = {} } = object as Secret;
    const { name, namespace, uid, resourceVersion } = metadata;
    const { key = 'value' } = this.#options;
    return {
      apiVersion,
      kind,
      metadata: { name, namespace, uid, resourceVersion },
      data: Object.hasOwn(data, key) ? { [key]: data[key] } : {},
    } as KubeObject;
  }
}
