import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Line } from './testing/line.ts';

const files = {
  'kustomization.yaml':
    'namespace: default\nresources: [banner.yaml]\nconfigMapGenerator:\n- {name: settings, literals: [LEVEL=info]}\n',
  'banner.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: banner}\ndata: {text: hello}\n',
};

interface Sent {
  readonly method: string;
  readonly path: string;
}

/** All requests that leave this process: undici's to the API server, Node's to the git server and for artifacts. */
class SentRequests implements Disposable {
  readonly toApiServer: Sent[] = [];
  readonly others: Sent[] = [];

  constructor() {
    subscribe('undici:request:create', this.#ofUndici);
    subscribe('http.client.request.created', this.#ofNode);
  }

  readonly #ofUndici = (message: unknown): void => {
    const { method, path } = (message as { request: Sent }).request;
    this.toApiServer.push({ method, path });
  };

  readonly #ofNode = (message: unknown): void => {
    const { method, path } = (message as { request: ClientRequest }).request;
    this.others.push({ method, path });
  };

  [Symbol.dispose](): void {
    unsubscribe('undici:request:create', this.#ofUndici);
    unsubscribe('http.client.request.created', this.#ofNode);
  }
}

describe('a reconcile of what did not change', () => {
  it('makes no write, downloads nothing and builds nothing again', async () => {
    await using line = await Line.start({ files });
    await line.deploy({ kustomization: { wait: true } });
    await line.untilApplied();
    const versions = async () => {
      const refs = [line.ref('Kustomization'), line.ref('GitRepository'), line.ref('ConfigMap', 'banner')];
      return Promise.all(refs.map(async (ref) => (await line.client.get(ref)).metadata.resourceVersion));
    };
    // The runs that the writes of the first ones led to are over then, too.
    for (const kind of ['GitRepository', 'Kustomization'] as const) await line.runAgain(kind);
    const known = await versions();
    using sent = new SentRequests();
    for (const kind of ['GitRepository', 'Kustomization', 'Kustomization'] as const)
      await line.runAgain(kind);
    expect(await versions()).toEqual(known);

    const writes = sent.toApiServer.filter(
      ({ method, path }) => method !== 'GET' && !path.includes('dryRun=All'),
    );
    expect(writes).toEqual([]);
    // What the branch points to is asked for; no objects are, and no artifact.
    expect(sent.others.length).toBeGreaterThan(0);
    expect(sent.others.filter(({ path }) => !path.startsWith('/app.git/'))).toEqual([]);
    const packs = line.git.requests.filter(({ path }) => path.endsWith('/git-upload-pack')).length;
    await line.runAgain('GitRepository');
    // One request lists the references; a second one would fetch.
    expect(line.git.requests.filter(({ path }) => path.endsWith('/git-upload-pack'))).toHaveLength(packs + 1);
  });
});
