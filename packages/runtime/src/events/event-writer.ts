import { type Clock, findToolkitError, type KubeObject, type ObjectRef, sleep } from '@gitops-toolkit/core';
import { isAlreadyExists, isNotFound, type KubeClient } from '@gitops-toolkit/kube';

/** Between the tries to send an event. */
const retryDelaysMs = [250, 1000, 4000];

/** Writes events to the cluster. What fails and may pass is tried again, for about five seconds. */
export class EventWriter {
  readonly #client: Pick<KubeClient, 'create' | 'patch'>;
  readonly #clock: Clock;

  constructor(client: Pick<KubeClient, 'create' | 'patch'>, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Tries again where nobody knows what became of the event: of its name there is no other. */
  async create(object: KubeObject, signal: AbortSignal): Promise<void> {
    await this.#persist(signal, async () => {
      try {
        await this.#client.create(object, { signal });
      } catch (error) {
        if (!isAlreadyExists(error)) throw error;
      }
    });
  }

  /**
   * Merges fields into an event. They are given, not added to: twice is as once.
   *
   * @returns `false` where the event is gone: the cluster keeps them for an hour
   */
  async change(ref: ObjectRef, body: unknown, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#persist(signal, () => this.#client.patch(ref, { type: 'merge', body }, { signal }));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async #persist(signal: AbortSignal, attempt: () => Promise<unknown>): Promise<void> {
    for (const waitMs of [...retryDelaysMs, undefined]) {
      try {
        await attempt();
        return;
      } catch (error) {
        if (waitMs === undefined || findToolkitError(error)?.retry !== 'backoff') throw error;
        await sleep(waitMs, { clock: this.#clock, signal });
      }
    }
  }
}
