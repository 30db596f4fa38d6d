import { rm, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@gitops-toolkit/core';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import { ArtifactStorage } from '@gitops-toolkit/source';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceObject } from './source-object.ts';
import { sourceDefaults } from './source-options.ts';
import { SourceRun } from './source-run.ts';
import { checkStoredArtifact } from './stored-artifact.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'runs-'));
});
afterAll(() => rm(root, { recursive: true }));

const context = {
  signal: new AbortController().signal,
  clock: systemClock,
  log: silentLogger,
  events: { normal: () => {}, warning: () => {}, trace: () => {} },
} as unknown as ReconcileContext;

/** An object of a kind with an alias, after its first artifact. */
async function stored(name: string, alias?: string): Promise<SourceObject> {
  const object: SourceObject = {
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind: 'HelmRepository',
    metadata: { name, namespace: 'apps' },
    spec: {},
  };
  const storage = new ArtifactStorage({ root, host: 'old:9090' });
  const options = { ...sourceDefaults, storage };
  const run = new SourceRun({ object, context, options, progress: { report: () => {} } });
  await run.store({
    revision: 'sha256:1',
    file: 'index-1.yaml',
    content: (async function* () {
      yield Buffer.from('entries: {}\n');
    })(),
    ...(alias === undefined ? {} : { alias }),
  });
  return object;
}

describe('status.url', () => {
  const path = 'helmrepository/apps/charts';

  it('is that of the alias that stands for the newest artifact', async () => {
    const { status } = await stored('charts', 'index.yaml');
    expect(status?.artifact?.url).toBe(`http://old:9090/${path}/index-1.yaml`);
    expect(status?.url).toBe(`http://old:9090/${path}/index.yaml`);
  });

  it('follows the address of the storage, as that of the artifact does', async () => {
    const object = await stored('charts', 'index.yaml');
    await checkStoredArtifact(object, new ArtifactStorage({ root, host: 'https://new' }), context);
    expect(object.status?.artifact?.url).toBe(`https://new/${path}/index-1.yaml`);
    expect(object.status?.url).toBe(`https://new/${path}/index.yaml`);
  });

  it('goes with an artifact that is damaged', async () => {
    const object = await stored('charts', 'index.yaml');
    await writeFile(join(root, path, 'index-1.yaml'), 'damaged');
    await checkStoredArtifact(object, new ArtifactStorage({ root, host: 'new' }), context);
    expect(object.status).not.toHaveProperty('artifact');
    expect(object.status).not.toHaveProperty('url');
  });

  it('is not there for kinds without an alias', async () => {
    expect((await stored('plain')).status).not.toHaveProperty('url');
  });
});
