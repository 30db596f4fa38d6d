import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  ArtifactGenerator,
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  OCIRepository,
} from '@gitops-toolkit/api';
import { MemoryTree } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import { startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { conditions, type ObjectKey } from '@gitops-toolkit/runtime';
import { type ControllerRun, runControllers } from '@gitops-toolkit/runtime/testing';
import {
  type ArtifactServer,
  ArtifactStorage,
  fetchArtifact,
  startArtifactServer,
  TreeCache,
} from '@gitops-toolkit/source';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { artifactGeneratorController, type ArtifactGeneratorControllerOptions } from '../index.ts';

const MONOREPO = {
  'apps/Web/app.yaml': 'app: web\n',
  'apps/Web/README.md': '# Web\n',
  'apps/api/app.yaml': 'app: api\n',
  'values.yaml': 'image:\n  tag: v1\n  name: web\n',
};

const at = (name: string, namespace = 'default'): ObjectKey => ({ namespace, name });
const ref = (kind: { apiVersion: string; kind: string }, name: string) => ({
  apiVersion: kind.apiVersion,
  kind: kind.kind,
  ...at(name),
});

let server: TestServer;
let folder: string;
let storage: ArtifactStorage;
let artifacts: ArtifactServer;
let run: ControllerRun;

beforeAll(async () => void (server = await startEmbedded({ simulate: false })));
afterAll(() => server.stop());
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'generator-'));
  storage = new ArtifactStorage({ root: folder, host: () => new URL(artifacts.url).host });
  artifacts = await startArtifactServer({ storage });
});
afterEach(async () => {
  await run.client.delete(ref(ArtifactGenerator, 'apps')).catch(() => {});
  await run.until(ArtifactGenerator, at('apps'), (object) => object === undefined);
  for (const kind of [GitRepository, OCIRepository])
    await run.client.deleteCollection(kind, { namespace: 'default' });
  await run[Symbol.asyncDispose]();
  await artifacts[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Runs the controller; it retries quickly. */
async function start(options: Partial<ArtifactGeneratorControllerOptions> = {}): Promise<void> {
  const controllers = [
    artifactGeneratorController({
      storage,
      trees: new TreeCache(),
      requeueDependencyMs: 50,
      fetchRetries: 0,
      retries: { minDelayMs: 20, maxDelayMs: 100 },
      ...options,
    }),
  ];
  const definitions = [ArtifactGenerator, ExternalArtifact, GitRepository, OCIRepository, Bucket, HelmChart];
  run = await runControllers({ server, controllers, definitions });
}

/** Shows an artifact as the controller of a source does; makes the source where it is not there. */
async function publish(
  files: Record<string, string>,
  revision: string,
  kind: typeof GitRepository | typeof OCIRepository = GitRepository,
): Promise<void> {
  const owner = { kind: kind.kind, ...at('repo') } as const;
  const artifact = await storage.store(
    { kind: owner.kind, namespace: 'default', name: 'repo' },
    {
      revision,
      file: `${revision.replaceAll(/[^a-z0-9]/g, '-')}.tar.gz`,
      content: packArchive(MemoryTree.from(files)),
      ...(kind === OCIRepository
        ? { metadata: { 'org.opencontainers.image.revision': 'main@sha1:abc' } }
        : {}),
    },
  );
  if (!(await run.client.find(ref(kind, 'repo')))) {
    const url = kind === OCIRepository ? 'oci://registry.example.com/app' : 'https://git.example.com/app';
    await run.client.create({
      ...ref(kind, 'repo'),
      metadata: at('repo'),
      spec: { url, interval: '1h' },
    } as never);
  }
  await run.writeStatus(kind, at('repo'), { artifact });
}

async function generate(spec: object, annotations: Record<string, string> = {}): Promise<void> {
  const sources = [{ alias: 'repo', kind: 'GitRepository', name: 'repo' }];
  await run.client.create({
    ...ref(ArtifactGenerator, 'apps'),
    metadata: { ...at('apps'), annotations },
    spec: { sources, ...spec },
  } as never);
}

const artifact = (name: string, more: object = {}) => ({
  name,
  copy: [{ from: `@repo/apps/${name === 'web' ? 'Web' : name}/**`, to: '@artifact/' }],
  ...more,
});

const isReady =
  (reason: string, message = '') =>
  (object: ArtifactGenerator | undefined) =>
    object !== undefined &&
    conditions.get(object, 'Ready')?.reason === reason &&
    conditions.messageOf(object, 'Ready').includes(message);

const ready = (reason = 'Succeeded', message = '') =>
  run.until(ArtifactGenerator, at('apps'), isReady(reason, message));

const external = (name: string) => run.client.find<ExternalArtifact>(ref(ExternalArtifact, name));

async function filesOf(name: string): Promise<string[]> {
  const { url = '', digest = '' } = (await external(name))?.status?.artifact ?? {};
  const tree = await fetchArtifact(url, { digest });
  return [...tree.list('')].map((entry) => entry.name);
}

describe('an ArtifactGenerator', () => {
  it('splits a repository into artifacts, of which only those change whose files did', async () => {
    await start();
    await publish(MONOREPO, 'main@sha1:1');
    await generate({
      artifacts: [artifact('web', { originRevision: '@repo' }), artifact('api')],
      commonMetadata: { labels: { team: 'shop' }, annotations: { note: 'generated' } },
    });
    const first = await ready();
    expect(first?.status?.inventory?.map(({ name }) => name)).toEqual(['web', 'api']);
    expect(await filesOf('web')).toEqual(['README.md', 'app.yaml']);
    const web = await external('web');
    expect(web).toMatchObject({
      metadata: {
        labels: {
          team: 'shop',
          'app.kubernetes.io/managed-by': 'source-watcher',
          'source.extensions.fluxcd.io/generator': first?.metadata.uid,
        },
        annotations: { note: 'generated' },
      },
      spec: { sourceRef: { kind: 'ArtifactGenerator', name: 'apps', namespace: 'default' } },
      status: {
        artifact: {
          revision: `latest@${web?.status?.artifact?.digest}`,
          metadata: { 'org.opencontainers.image.revision': 'main@sha1:1' },
          path: expect.stringMatching(/^externalartifact\/default\/web\/\d+\.tar\.gz$/) as string,
        },
        conditions: [{ type: 'Ready', status: 'True', reason: 'Succeeded', message: 'Artifact is ready' }],
      },
    });
    const api = await external('api');

    await publish({ ...MONOREPO, 'apps/Web/app.yaml': 'app: web2\n' }, 'main@sha1:2');
    const observed = first?.status?.observedSourcesDigest;
    await run.until(
      ArtifactGenerator,
      at('apps'),
      (object) => isReady('Succeeded')(object) && object?.status?.observedSourcesDigest !== observed,
    );
    expect((await external('web'))?.status?.artifact?.revision).not.toBe(web?.status?.artifact?.revision);
    expect((await external('api'))?.metadata.resourceVersion).toBe(api?.metadata.resourceVersion);
  });

  it('composes sources, merges values, and takes the revision of one', async () => {
    await start();
    await publish(MONOREPO, 'main@sha1:1');
    await publish({ 'prod.yaml': 'image:\n  tag: v2\n' }, 'v1@sha256:2', OCIRepository);
    await generate({
      sources: [
        { alias: 'repo', kind: 'GitRepository', name: 'repo' },
        { alias: 'oci', kind: 'OCIRepository', name: 'repo' },
      ],
      artifacts: [
        {
          name: 'both',
          revision: '@oci',
          originRevision: '@oci',
          copy: [
            { from: '@repo/values.yaml', to: '@artifact/' },
            { from: '@oci/prod.yaml', to: '@artifact/values.yaml', strategy: 'Merge' },
          ],
        },
      ],
    });
    await ready();
    const made = (await external('both'))?.status?.artifact;
    expect(made).toMatchObject({
      revision: 'v1@sha256:2',
      metadata: { 'org.opencontainers.image.revision': 'main@sha1:abc' },
    });
    const tree = await fetchArtifact(made?.url ?? '', { digest: made?.digest ?? '' });
    expect(Buffer.from(tree.read('values.yaml') ?? []).toString()).toBe('image:\n  name: web\n  tag: v2\n');
  });

  it('makes an artifact for each directory, and removes it with its directory', async () => {
    await start();
    await publish(MONOREPO, 'main@sha1:1');
    await generate({
      pathPattern: '@repo/apps/{app}',
      artifacts: [{ name: 'app-{app}', copy: [{ from: '@repo/apps/{app}/**', to: '@artifact/' }] }],
    });
    await ready('Succeeded', 'generated 2 artifact(s)');
    expect((await external('app-web'))?.metadata.labels).toMatchObject({ app: 'web' });
    const file = path.join(folder, (await external('app-web'))?.status?.artifact?.path ?? '');
    await access(file);
    await publish({ 'apps/api/app.yaml': 'app: api\n' }, 'main@sha1:2');
    await ready('Succeeded', 'generated 1 artifact(s)');
    expect(await external('app-web')).toBeUndefined();
    await expect(access(file)).rejects.toThrow('ENOENT');
  });

  it('makes anew what was deleted or damaged behind its back', async () => {
    await start();
    await publish(MONOREPO, 'main@sha1:1');
    await generate({ artifacts: [artifact('web')] });
    await ready();
    const before = await external('web');
    await run.client.delete(ref(ExternalArtifact, 'web'));
    const again = await run.until(
      ExternalArtifact,
      at('web'),
      (object) => object?.status?.artifact !== undefined && object.metadata.uid !== before?.metadata.uid,
    );
    expect(again?.status?.artifact?.digest).toBe(before?.status?.artifact?.digest);
    const file = path.join(folder, before?.status?.artifact?.path ?? '');
    await writeFile(file, 'damaged');
    await run.client.patch(ref(ArtifactGenerator, 'apps'), {
      type: 'merge',
      body: { metadata: { annotations: { 'reconcile.fluxcd.io/requestedAt': 'now' } } },
    });
    await run.until(
      ArtifactGenerator,
      at('apps'),
      (object) => object?.status?.lastHandledReconcileAt === 'now',
    );
    expect(await filesOf('web')).toContain('app.yaml');
  });

  it('waits for a source, and goes on when it is there', async () => {
    await start();
    await generate({ artifacts: [artifact('web')] });
    const waiting = await ready('SourceFetchFailed', "source 'GitRepository/default/repo' is not ready");
    expect(waiting && conditions.isReconciling(waiting)).toBe(true);
    await publish(MONOREPO, 'main@sha1:1');
    await ready();
    await storage.removeAll({ kind: 'GitRepository', namespace: 'default', name: 'repo' });
    const { status } = (await run.client.get<GitRepository>(ref(GitRepository, 'repo'))) ?? {};
    const gone = { ...status?.artifact, revision: 'main@sha1:2', digest: `sha256:${'0'.repeat(64)}` };
    await run.writeStatus(GitRepository, at('repo'), { artifact: gone });
    await ready('SourceFetchFailed', 'fetch sources failed: ');
    expect(await filesOf('web')).toContain('app.yaml');
  });

  it('says what cannot be copied, and keeps what it had', async () => {
    await start();
    await publish(MONOREPO, 'main@sha1:1');
    await generate({ artifacts: [artifact('web')] });
    await ready();
    await publish({ other: '' }, 'main@sha1:2');
    await ready('BuildFailed', "web build failed: failed to apply copy operation from '@repo/apps/Web/**'");
    expect(await filesOf('web')).toContain('app.yaml');
    await publish(MONOREPO, 'main@sha1:3');
    await ready();
  });

  it.each([
    [
      'ValidationFailed',
      "duplicate artifact name 'web' found",
      { artifacts: [artifact('web'), artifact('web')] },
    ],
    [
      'ValidationFailed',
      "artifact web revision source alias 'other' not found",
      { artifacts: [artifact('web', { revision: '@other' })] },
    ],
    [
      'ValidationFailed',
      "duplicate source alias 'repo' found",
      {
        sources: [1, 2].map(() => ({ alias: 'repo', kind: 'GitRepository', name: 'repo' })),
        artifacts: [artifact('web')],
      },
    ],
    [
      'AccessDenied',
      'cross-namespace reference to source GitRepository/other/repo is not allowed',
      {
        sources: [{ alias: 'repo', kind: 'GitRepository', name: 'repo', namespace: 'other' }],
        artifacts: [artifact('web')],
      },
    ],
    [
      'BuildFailed',
      'capture variable "app" is not defined by pathPattern',
      { pathPattern: '@repo/apps/{name}', artifacts: [{ ...artifact('web'), name: '{app}' }] },
    ],
  ])('stalls: %s, %s', async (reason, message, spec) => {
    await start({ noCrossNamespaceRefs: true });
    await publish(MONOREPO, 'main@sha1:1');
    await generate(spec);
    const stalled = await ready(reason, message);
    expect(stalled && conditions.get(stalled, 'Stalled')).toMatchObject({ status: 'True', reason });
    expect(stalled && conditions.has(stalled, 'Reconciling')).toBe(false);
    await run.client.patch(ref(ArtifactGenerator, 'apps'), {
      type: 'json',
      body: [
        {
          op: 'replace',
          path: '/spec',
          value: {
            sources: [{ alias: 'repo', kind: 'GitRepository', name: 'repo' }],
            artifacts: [artifact('web')],
          },
        },
      ],
    });
    const healed = await ready();
    expect(healed && conditions.has(healed, 'Stalled')).toBe(false);
  });

  it('is left alone while it is disabled, and reads sources without a watch where it is told to', async () => {
    await start({ directSourceFetch: true });
    await publish(MONOREPO, 'main@sha1:1');
    await generate({ artifacts: [artifact('web')] }, { 'source.extensions.fluxcd.io/reconcile': 'Disabled' });
    await ready('ReconciliationDisabled');
    expect(await external('web')).toBeUndefined();
    await run.client.patch(ref(ArtifactGenerator, 'apps'), {
      type: 'merge',
      body: { metadata: { annotations: { 'source.extensions.fluxcd.io/reconcile': 'enabled' } } },
    });
    await ready();
    expect(await filesOf('web')).toContain('app.yaml');
  });

  it('takes its artifacts with it, those that no status names included, and leaves those that are others’ by now', async () => {
    await start();
    await publish(MONOREPO, 'main@sha1:1');
    await generate({ artifacts: [artifact('web'), artifact('api')] });
    const object = await ready();
    const labels = { 'source.extensions.fluxcd.io/generator': object?.metadata.uid ?? '' };
    await run.client.create({
      ...ref(ExternalArtifact, 'lost'),
      metadata: { ...at('lost'), labels },
      spec: {},
    } as never);
    await run.client.patch(ref(ExternalArtifact, 'api'), {
      type: 'merge',
      body: { metadata: { labels: { 'source.extensions.fluxcd.io/generator': 'another' } } },
    });
    const kept = (await external('api'))?.status?.artifact;
    await run.client.delete(ref(ArtifactGenerator, 'apps'));
    await run.until(ArtifactGenerator, at('apps'), (left) => left === undefined);
    expect(await Promise.all(['web', 'lost'].map(external))).toEqual([undefined, undefined]);
    await access(path.join(folder, kept?.path ?? ''));
    await run.client.delete(ref(ExternalArtifact, 'api'));
  });
});
