import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { KubeObject } from '@gitops-toolkit/core';
import type { TestServer } from '@gitops-toolkit/envtest';
import { controller } from '../controller/builder.ts';
import type { ReconcileContext } from '../controller/reconciler.ts';
import { requeueAfter } from '../controller/result.ts';
import { FakeClock } from '../fake-clock.ts';
import { kindOf } from '../resource-kind.ts';
import { Site } from '../testing/site.ts';
import { startTestServer } from '../testing/test-cluster.ts';
import { runControllers } from './index.ts';

const key = { namespace: 'default', name: 'shop' };
const site = {
  apiVersion: Site.apiVersion,
  kind: Site.kind,
  metadata: key,
  spec: { domain: 'a.example.com' },
};

async function setUrl(object: KubeObject, { client }: ReconcileContext): Promise<void> {
  const { apiVersion, kind } = object;
  const body = {
    status: { url: `runs ${Number((object['status'] as { url?: string })?.url?.slice(5) ?? 0) + 1}` },
  };
  await client.patch({ apiVersion, kind, ...key }, { type: 'merge', body }, { subresource: 'status' });
}

describe('runControllers', () => {
  let server: TestServer;
  beforeAll(async () => void (server = await startTestServer()));
  afterAll(() => server.stop());
  afterEach(async () => {
    await using run = await runControllers({ server, definitions: [Site] });
    const { metadata: _metadata, ...ref } = { ...site, ...key };
    await run.client.delete(ref).catch(() => {});
  });

  it('runs them until the test is over, and shows what they do', async () => {
    await using run = await runControllers({
      server,
      definitions: [Site],
      controllers: [controller(Site, setUrl).when((change) => change.type === 'added')],
    });
    await run.client.create(site);
    const seen = await run.until(Site, key, (object) => object?.['status'] !== undefined);
    expect(seen?.['status']).toEqual({ url: 'runs 1' });
  });

  it('lets a test turn the clock', async () => {
    const clock = new FakeClock();
    await using run = await runControllers({
      server,
      clock,
      definitions: [Site],
      controllers: [
        controller(Site, async (object, context) => {
          await setUrl(object, context);
          return requeueAfter(3_600_000);
        }).when((change) => change.type === 'added'),
      ],
    });
    await run.client.create(site);
    const shows = (url: string) =>
      run.until(Site, key, (object) => (object?.['status'] as { url?: string } | undefined)?.url === url);
    await shows('runs 1');
    await clock.advance(3_600_000);
    await shows('runs 2');
  });

  it('plays the controllers of other kinds', async () => {
    await using run = await runControllers({ server, definitions: [Site] });
    await run.client.create(site);
    await run.writeStatus(Site, key, { url: 'here' });
    const seen = await run.until(Site, key, (object) => object?.['status'] !== undefined);
    expect(seen?.['status']).toEqual({ url: 'here' });
  });

  it('says what was there instead', async () => {
    await using run = await runControllers({ server });
    await expect(
      run.until(kindOf('v1', 'ConfigMap'), key, (object) => object !== undefined, { timeoutMs: 20 }),
    ).rejects.toMatchObject({
      code: 'RUNTIME_NOT_OBSERVED',
      message: 'ConfigMap default/shop was not as wanted within 20 ms: there is no such object',
    });
  });

  it('throws what the manager failed with', async () => {
    const Missing = kindOf('web.example.com/v1', 'Missing');
    const run = await runControllers({
      server,
      controllers: [controller(Missing, setUrl)],
      cacheSyncTimeoutMs: 50,
    });
    const failure = { code: 'RUNTIME_CACHE_SYNC_TIMEOUT' };
    await expect(run.until(kindOf('v1', 'ConfigMap'), key, () => false)).rejects.toMatchObject(failure);
    await expect(run[Symbol.asyncDispose]()).rejects.toMatchObject(failure);
  });
});
