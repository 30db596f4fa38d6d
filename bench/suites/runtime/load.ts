import { writeFileSync } from 'node:fs';
import { type KubeObject } from '../../../packages/core/src/index.ts';
import { startBinaries, type TestServer } from '../../../packages/envtest/src/index.ts';
import { KubeClient } from '../../../packages/kube/src/index.ts';
import type { ProgramPlace } from '../../../tools/controller-runtime/programs.ts';
import { SeededRandom } from '../../seeded-random.ts';
import type { TemporaryFolder } from '../../temporary-folder.ts';
import type { LoadKind } from './objects.ts';

const WRITTEN_AT = 'example.com/written-at';
/** Enough to keep the server busy. */
const WRITERS = 32;

/** A real API server with many objects of a kind, and what writes to them. */
export class Load implements AsyncDisposable {
  readonly place: ProgramPlace;
  readonly #server: TestServer;
  readonly #client: KubeClient;
  readonly #kind: LoadKind;
  readonly #size: number;
  readonly #random = new SeededRandom(1);

  private constructor(server: TestServer, place: ProgramPlace, kind: LoadKind, size: number) {
    this.#server = server;
    this.place = place;
    this.#client = new KubeClient(server.config, { timeoutMs: 300_000 });
    this.#kind = kind;
    this.#size = size;
  }

  static async start(kind: LoadKind, size: number, temporary: TemporaryFolder): Promise<Load> {
    const server = await startBinaries();
    const kubeconfig = temporary.join(`${kind.kind}.yaml`);
    writeFileSync(kubeconfig, server.kubeconfig());
    const { apiVersion, kind: name } = kind;
    const load = new Load(server, { kubeconfig, namespace: 'load', apiVersion, kind: name }, kind, size);
    await load.#fill();
    return load;
  }

  /** The mean length of an object's JSON: as the server sends it, and without `metadata.managedFields`. */
  async jsonBytes(): Promise<{ readonly sent: number; readonly kept: number }> {
    let [sent, kept, count] = [0, 0, 0];
    for await (const object of this.#client.listAll(this.#kind, { namespace: 'load' })) {
      sent += Buffer.byteLength(JSON.stringify(object));
      delete object.metadata.managedFields;
      kept += Buffer.byteLength(JSON.stringify(object));
      count++;
    }
    return { sent: sent / count, kept: kept / count };
  }

  /** Writes to every object once. */
  async writeToAll(): Promise<void> {
    await this.#forEach((index) => this.#write(index));
  }

  /** Writes to objects by chance, one after the other, with pauses. */
  async writeNowAndThen(count: number, pauseMs: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      await this.#write(this.#random.below(this.#size));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client[Symbol.asyncDispose]();
    await this.#server.stop();
  }

  async #fill(): Promise<void> {
    const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'load' } };
    await this.#client.create(namespace);
    await this.#forEach((index) => this.#client.create(this.#kind.object('load', nameOf(index))));
  }

  #write(index: number): Promise<unknown> {
    const now = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const body = { metadata: { annotations: { [WRITTEN_AT]: String(now) } } };
    const { apiVersion, kind } = this.#kind;
    return this.#client.patch(
      { apiVersion, kind, namespace: 'load', name: nameOf(index) },
      { type: 'merge', body },
    );
  }

  async #forEach(act: (index: number) => Promise<unknown>): Promise<void> {
    let next = 0;
    const writer = async (): Promise<void> => {
      while (next < this.#size) await act(next++);
    };
    await Promise.all(Array.from({ length: WRITERS }, writer));
  }
}

function nameOf(index: number): string {
  return `object-${index}`;
}
