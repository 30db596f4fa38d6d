import { findToolkitError, type KubeObject, sleep } from '@gitops-toolkit/core';
import { isAlreadyExists, isNotFound, type KubeClient } from '@gitops-toolkit/kube';

type ConfigMap = KubeObject & { data?: Record<string, string> };

/** How a {@link Churn} goes about it. */
export interface ChurnOptions {
  /** Fails now and then. */
  readonly client: KubeClient;
  readonly namespace: string;
  readonly random: (limit: number) => number;
}

/** Tries long enough for any run of bad luck, and not for ever. */
const MAX_TRIES = 60;

/**
 * Creates, changes and deletes ConfigMaps as a careful user does: what failed and may pass is tried again,
 * and a write of which nobody knows whether it was carried out is repeated in a way that does no harm.
 */
export class Churn {
  /** What each ConfigMap went through, as it was meant to be: `created 1`, `changed 2`, `deleted`. */
  readonly meant: Map<string, string[]> = new Map();
  readonly #options: ChurnOptions;
  readonly #live = new Map<string, ConfigMap>();
  #value = 0;

  constructor(options: ChurnOptions) {
    this.#options = options;
  }

  /** Does one thing to the ConfigMap of a name. Not to be called twice for one name at the same time. */
  async step(name: string): Promise<void> {
    const old = this.#live.get(name);
    const value = String(++this.#value);
    const action = this.#options.random(10);
    if (!old) {
      this.#keep(name, `created ${value}`, await this.#create(name, value, action < 5));
    } else if (action < 2) {
      await this.#delete(old);
      this.#keep(name, 'deleted', undefined);
    } else {
      this.#keep(name, `changed ${value}`, await this.#change(old, value, action));
    }
  }

  #keep(name: string, event: string, object: ConfigMap | undefined): void {
    const events = this.meant.get(name) ?? [];
    this.meant.set(name, [...events, event]);
    if (object) this.#live.set(name, object);
    else this.#live.delete(name);
  }

  #create(name: string, value: string, byApply: boolean): Promise<ConfigMap> {
    const object = this.#desired(name, value);
    if (byApply) return this.#apply(object, value);
    return persist(async () => {
      try {
        return await this.#options.client.create(object);
      } catch (error) {
        // Nobody else uses the name: it is what we made when we got no answer.
        if (isAlreadyExists(error)) return this.#get(object);
        throw error;
      }
    });
  }

  #change(old: ConfigMap, value: string, action: number): Promise<ConfigMap> {
    if (action < 5) return this.#update(old, value);
    return action < 8 ? this.#patch(old, value) : this.#apply(old, value);
  }

  #update(old: ConfigMap, value: string): Promise<ConfigMap> {
    return persist(async () => {
      const live = await this.#get(old);
      if (live.data?.['value'] === value) return live;
      return this.#options.client.update({ ...live, ...this.#changed(live, value) });
    });
  }

  #patch(old: ConfigMap, value: string): Promise<ConfigMap> {
    const { data, metadata } = this.#desired(old.metadata.name ?? '', value);
    const body = { data, metadata: { labels: metadata.labels } };
    return persist(() => this.#options.client.patch(refTo(old), { type: 'merge', body }));
  }

  #apply(old: ConfigMap, value: string): Promise<ConfigMap> {
    const object = this.#desired(old.metadata.name ?? '', value);
    return persist(() => this.#options.client.apply(object, { fieldManager: 'churn', force: true }));
  }

  #delete(old: ConfigMap): Promise<unknown> {
    const preconditions = { uid: old.metadata.uid ?? '' };
    return persist(async () => {
      try {
        await this.#options.client.delete(refTo(old), { preconditions });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    });
  }

  #get(object: ConfigMap): Promise<ConfigMap> {
    return this.#options.client.get<ConfigMap>(refTo(object));
  }

  #changed(live: ConfigMap, value: string): Pick<ConfigMap, 'data' | 'metadata'> {
    const { data = {}, metadata } = this.#desired(live.metadata.name ?? '', value);
    return { data, metadata: { ...live.metadata, labels: metadata.labels ?? {} } };
  }

  /** Every third value has another label, so that objects enter and leave a selection. */
  #desired(name: string, value: string): ConfigMap {
    const labels = { third: Number(value) % 3 === 0 ? 'yes' : 'no' };
    const metadata = { name, namespace: this.#options.namespace, labels };
    return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } };
  }
}

/** Repeats what failed in a way that may pass. */
async function persist<R>(attempt: () => Promise<R>): Promise<R> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const failure = findToolkitError(error);
      if (failure?.retry !== 'backoff' || tries >= MAX_TRIES) throw error;
      await sleep(failure.retryAfterMs ?? 10);
    }
  }
}

function refTo({ metadata: { name = '', namespace = '' } }: KubeObject): {
  apiVersion: string;
  kind: string;
  name: string;
  namespace: string;
} {
  return { apiVersion: 'v1', kind: 'ConfigMap', name, namespace };
}
