import { OCIRepository } from '@gitops-toolkit/api';
import { MemoryTree } from '@gitops-toolkit/core';
import {
  createCosignKey,
  type OciRegistry,
  type OciRegistryOptions,
  startOciRegistry,
} from '@gitops-toolkit/envtest';
import { HELM_TYPES, OciClient, pushArtifact, type PushArtifactOptions } from '@gitops-toolkit/oci';
import { conditions } from '@gitops-toolkit/runtime';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ociRepositoryController } from '../index.ts';
import { artifactOf, quick, SourceStage } from '../testing/source-stage.ts';

const USER = { username: 'robot', password: 'pull-secret' };
const FILES = { 'deploy/app.yaml': 'a: 1\n', 'README.md': '# App\n', 'logo.png': 'png' };

interface Scene {
  readonly stage: SourceStage;
  readonly registry: OciRegistry;
  readonly url: string;
  readonly push: (
    tag: string,
    content?: Record<string, string> | Uint8Array,
    more?: PushArtifactOptions,
  ) => Promise<string>;
}

async function start(options: OciRegistryOptions = {}): Promise<Scene> {
  const registry = await startOciRegistry(options);
  const client = new OciClient();
  const credentials = async () => options.user;
  const repository = client.repository(`${registry.host}/org/app`, { insecure: true, credentials });
  const stage = await SourceStage.start([OCIRepository], (storage) => [
    ociRepositoryController({ storage, ...quick }),
  ]);
  onTestFinished(async () => {
    await stage[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });
  const push: Scene['push'] = async (tag, content = FILES, more = {}) => {
    const origin = { source: 'https://git.example.com/app', revision: 'main@sha1:0f3c', createdMs: 0 };
    const pushed = content instanceof Uint8Array ? content : MemoryTree.from(content);
    return (await pushArtifact(repository, pushed, { ...origin, tag, ...more })).digest;
  };
  return { stage, registry, url: `oci://${registry.host}/org/app`, push };
}

const spec = (url: string, more: object = {}) => ({ url, insecure: true, timeout: '5s', ...more });

describe('an OCIRepository', () => {
  it('follows a tag, and shows what the artifact says of itself', async () => {
    const { stage, url, push } = await start();
    const first = await push('latest');
    await stage.create(OCIRepository, 'app', spec(url));
    const ready = await stage.untilReady<OCIRepository>(OCIRepository, 'app');
    expect(artifactOf(ready)).toMatchObject({
      revision: `latest@${first}`,
      path: `ocirepository/default/app/${first}.tar.gz`,
      metadata: { 'org.opencontainers.image.revision': 'main@sha1:0f3c' },
    });
    expect(conditions.get(ready, 'ArtifactInStorage')).toMatchObject({
      reason: 'Succeeded',
      message: `stored artifact for digest 'latest@${first}'`,
    });
    expect(ready.status).toMatchObject({ observedGeneration: 1 });
    // What is ignored by default is left out.
    expect(await stage.filesOf(ready)).toEqual(['README.md', 'deploy/app.yaml']);
    const said = await stage.events('app');
    expect(said.find(({ reason }) => reason === 'NewArtifact')?.message).toBe(
      `stored artifact with revision 'latest@${first}' from '${url}', origin source 'https://git.example.com/app', origin revision 'main@sha1:0f3c'`,
    );

    const second = await push('latest', { 'a.yaml': 'a: 2\n' });
    await stage.reconcileNow(OCIRepository, 'app');
    const after = await stage.until<OCIRepository>(
      OCIRepository,
      'app',
      (object) => artifactOf(object)?.revision === `latest@${second}`,
    );
    // The newest artifact, whatever its revision.
    expect(after.status?.url).toMatch(/\/ocirepository\/default\/app\/latest\.tar\.gz$/);
    const newest = await fetch(after.status?.url ?? '');
    expect(newest.headers.get('etag')).toBe(`"${artifactOf(after)?.digest}"`);
  });

  it('finds a tag by range and filter, or takes a digest', async () => {
    const { stage, url, push } = await start();
    const digests = {
      '1.0.0': await push('1.0.0', { 'a.yaml': '1' }),
      '1.1.0-rc.1': await push('1.1.0-rc.1', { 'a.yaml': '2' }),
      '2.0.0': await push('2.0.0', { 'a.yaml': '3' }),
    };
    await stage.create(OCIRepository, 'app', spec(url, { ref: { semver: '1.x' } }));
    const cases: readonly [object, string][] = [
      [{ semver: '1.x' }, `1.0.0@${digests['1.0.0']}`],
      [{ semver: '>=1.0.0-0', semverFilter: '.*-rc.*' }, `1.1.0-rc.1@${digests['1.1.0-rc.1']}`],
      [{ tag: '2.0.0' }, `2.0.0@${digests['2.0.0']}`],
      [{ digest: digests['1.0.0'], tag: '2.0.0' }, digests['1.0.0']],
    ];
    const none = { digest: null, semver: null, semverFilter: null, tag: null };
    for (const [ref, revision] of cases) {
      await stage.change(OCIRepository, 'app', { ref: { ...none, ...ref } });
      await stage.until(OCIRepository, 'app', (object) => artifactOf(object)?.revision === revision);
    }
    await stage.change(OCIRepository, 'app', { ref: { ...none, semver: '>=9.0.0' } });
    await stage.untilReady(OCIRepository, 'app', 'False', { reason: 'ReadOperationFailed', text: '>=9.0.0' });
    await stage.change(OCIRepository, 'app', { ref: { ...none, tag: 'gone' } });
    await stage.untilReady(OCIRepository, 'app', 'False', { reason: 'OCIArtifactPullFailed' });
  });

  it('makes its artifact anew when the ignore rules change, or the layer that is wanted', async () => {
    const { stage, url, push } = await start();
    await push('latest', Buffer.from('a chart'), { layerType: HELM_TYPES.content });
    const layerSelector = { mediaType: HELM_TYPES.content, operation: 'copy' };
    await stage.create(OCIRepository, 'app', spec(url, { layerSelector }));
    const copied = await stage.untilReady<OCIRepository>(OCIRepository, 'app');
    expect(copied.status?.observedLayerSelector).toEqual(layerSelector);
    const served = await fetch(artifactOf(copied)?.url ?? '');
    expect(await served.text()).toBe('a chart');

    await stage.change(OCIRepository, 'app', { layerSelector: { mediaType: 'text/plain' } });
    const reason = 'OCIArtifactLayerOperationFailed';
    await stage.untilReady(OCIRepository, 'app', 'False', { reason, text: 'text/plain' });

    await push('latest');
    await stage.change(OCIRepository, 'app', { layerSelector: null, ignore: '*.md\n' });
    const whole = await stage.untilReady<OCIRepository>(OCIRepository, 'app');
    expect(await stage.filesOf(whole)).toEqual(['deploy/app.yaml', 'logo.png']);
    expect(whole.status).toMatchObject({ observedIgnore: '*.md\n' });
    expect(whole.status?.observedLayerSelector).toBeUndefined();
  });

  it('logs in with its pull secret, or with one of its service account', async () => {
    const { stage, registry, url, push } = await start({ user: USER });
    await push('latest');
    const auths = { [registry.host]: USER };
    const config = JSON.stringify({ auths });
    await stage.create(OCIRepository, 'app', spec(url, { secretRef: { name: 'pull' } }));
    await stage.untilReady(OCIRepository, 'app', 'False', { reason: 'AuthenticationFailed' });
    await stage.secret('pull', { '.dockerconfigjson': config }, 'kubernetes.io/dockerconfigjson');
    await stage.untilReady(OCIRepository, 'app');

    await stage.client.create({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { namespace: 'default', name: 'puller' },
      imagePullSecrets: [{ name: 'pull' }],
    } as never);
    await stage.create(OCIRepository, 'other', spec(url, { serviceAccountName: 'puller' }));
    await stage.untilReady(OCIRepository, 'other');

    await stage.create(OCIRepository, 'anyone', spec(url));
    await stage.untilReady(OCIRepository, 'anyone', 'False', { reason: 'OCIArtifactPullFailed' });
  });

  it('stores nothing that is not signed as it asks for', async () => {
    const { stage, registry, url, push } = await start();
    const first = await push('latest');
    const key = createCosignKey();
    await stage.secret('keys', { 'team.pub': key.publicKey, 'other.pub': createCosignKey().publicKey });
    const verify = { provider: 'cosign', secretRef: { name: 'keys' } };
    await stage.create(OCIRepository, 'app', spec(url, { verify }));
    const text = "failed to verify the signature using provider 'cosign'";
    const refused = await stage.untilReady(OCIRepository, 'app', 'False', {
      reason: 'VerificationError',
      text,
    });
    expect(conditions.get(refused, 'SourceVerified')).toMatchObject({ status: 'False' });
    expect(artifactOf(refused)).toBeUndefined();

    key.sign(registry, 'org/app', 'latest');
    const verified = await stage.untilReady(OCIRepository, 'app');
    expect(conditions.get(verified, 'SourceVerified')).toMatchObject({
      status: 'True',
      reason: 'Succeeded',
      message: `verified signature of revision latest@${first}`,
    });

    await push('latest', { 'a.yaml': 'not signed' });
    await stage.reconcileNow(OCIRepository, 'app');
    const still = await stage.untilReady(OCIRepository, 'app', 'False', { reason: 'VerificationError' });
    expect(artifactOf(still)?.revision).toBe(`latest@${first}`);

    await stage.change(OCIRepository, 'app', { verify: null });
    const free = await stage.untilReady(OCIRepository, 'app');
    expect(conditions.get(free, 'SourceVerified')).toBeUndefined();
  });

  it('says what is missing for keyless signatures and for notation', async () => {
    const { stage, url, push } = await start();
    await push('latest');
    await stage.create(OCIRepository, 'app', spec(url, { verify: { provider: 'cosign' } }));
    const text =
      'Name a secret with trusted_root.json in spec.verify.trustedRootSecretRef, or give the controller one';
    await stage.untilReady(OCIRepository, 'app', 'False', { reason: 'VerificationError', text });
    await stage.change(OCIRepository, 'app', { verify: { provider: 'notation' } });
    await stage.untilReady(OCIRepository, 'app', 'False', { text: 'trustpolicy.json' });
  });

  it('with a tag in its URL stalls', async () => {
    const { stage, url } = await start();
    await stage.create(OCIRepository, 'app', spec(`${url}:latest`));
    const text = "must not have a tag; remove ':latest'";
    const stalled = await stage.untilReady(OCIRepository, 'app', 'False', { reason: 'URLInvalid', text });
    expect(conditions.isStalled(stalled)).toBe(true);
  });

  it('leaves nothing behind when it is deleted', async () => {
    const { stage, url, push } = await start();
    await push('latest');
    await stage.create(OCIRepository, 'app', spec(url));
    const ready = await stage.untilReady(OCIRepository, 'app');
    await stage.client.delete({
      apiVersion: OCIRepository.apiVersion,
      kind: 'OCIRepository',
      namespace: 'default',
      name: 'app',
    });
    await stage.untilGone(OCIRepository, 'app');
    expect((await fetch(artifactOf(ready)?.url ?? '')).status).toBe(404);
  });
});
