import type { KubeObject } from '@gitops-toolkit/core';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { requireSource } from './source.ts';
import { kustomization } from '../testing/kustomization.ts';

const artifact = { url: 'http://127.0.0.1/a.tar.gz', digest: 'sha256:aa', revision: 'main@sha1:bb' };

/** A run whose cache holds one source of each kind. */
function contextWith(status?: Record<string, unknown>): ReconcileContext {
  const source = (kind: string): KubeObject => ({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind,
    metadata: { name: 'web', namespace: 'apps' },
    ...(status ? { status } : {}),
  });
  return {
    cache: {
      get: ({ kind }: { kind: string }, key: { name: string }) =>
        key.name === 'web' ? source(kind) : undefined,
    },
    signal: new AbortController().signal,
  } as unknown as ReconcileContext;
}

const options = {
  directSourceFetch: false,
  externalArtifacts: false,
  noCrossNamespaceRefs: true,
  requeueDependencyMs: 30_000,
};

async function expectFailure(run: Promise<unknown>, expected: object): Promise<void> {
  await expect(run).rejects.toMatchObject(expected);
}

describe('requireSource', () => {
  it('finds the artifact of a source of any kind', async () => {
    for (const kind of ['GitRepository', 'OCIRepository', 'Bucket'] as const) {
      const found = await requireSource(
        kustomization({ sourceRef: { kind, name: 'web' } }),
        contextWith({ artifact }),
        options,
      );
      expect(found).toMatchObject(artifact);
    }
  });

  it('knows the revision that an artifact was itself made from', async () => {
    const metadata = { 'org.opencontainers.image.revision': 'main@sha1:cc' };
    const context = contextWith({ artifact: { ...artifact, metadata } });
    const found = await requireSource(
      kustomization({ sourceRef: { kind: 'OCIRepository', name: 'web' } }),
      context,
      options,
    );
    expect(found.originRevision).toBe('main@sha1:cc');
  });

  it('is patient with a source that is at work on its first artifact, not with one that failed', async () => {
    const object = kustomization({ sourceRef: { kind: 'GitRepository', name: 'web' } });
    const failed = {
      conditions: [{ type: 'Ready', status: 'False', reason: 'GitOperationFailed', message: '' }],
    };
    const patience = { expected: true, quiet: true, patienceMs: 30_000 };
    await expectFailure(requireSource(object, contextWith({}), options), patience);
    await expectFailure(requireSource(object, contextWith(failed), options), {
      patienceMs: 0,
    });
    const missing = kustomization({ sourceRef: { kind: 'GitRepository', name: 'nobody' } });
    await expectFailure(requireSource(missing, contextWith(), options), { patienceMs: 5000 });
  });

  it('takes an ExternalArtifact only where the feature is on', async () => {
    const object = kustomization({ sourceRef: { kind: 'ExternalArtifact', name: 'web' } });
    const context = contextWith({ artifact });
    expect(await requireSource(object, context, { ...options, externalArtifacts: true })).toMatchObject(
      artifact,
    );
    await expectFailure(requireSource(object, context, options), {
      reason: 'AccessDenied',
      stalled: true,
      message: expect.stringContaining(
        "can't access 'ExternalArtifact/apps/web', ExternalArtifact feature gate is disabled",
      ) as string,
    });
  });

  it('refuses another namespace where that is not allowed, for good', async () => {
    const object = kustomization({ sourceRef: { kind: 'GitRepository', name: 'web', namespace: 'other' } });
    await expectFailure(requireSource(object, contextWith({ artifact }), options), {
      reason: 'AccessDenied',
      stalled: true,
      cause: expect.objectContaining({ code: 'RUNTIME_ACCESS_DENIED' }) as unknown,
      message: expect.stringContaining("can't access 'GitRepository/other/web'") as string,
    });
  });

  it('waits for a source that is missing or has no artifact yet', async () => {
    const missing = kustomization({ sourceRef: { kind: 'GitRepository', name: 'gone' } });
    await expectFailure(requireSource(missing, contextWith(), options), {
      reason: 'ArtifactFailed',
      stalled: false,
      cause: expect.objectContaining({ code: 'CONTROLLERS_SOURCE_NOT_READY' }) as unknown,
    });
    const empty = kustomization({ sourceRef: { kind: 'GitRepository', name: 'web' } });
    await expectFailure(requireSource(empty, contextWith({ artifact: { url: 'x' } }), options), {
      reason: 'ArtifactFailed',
      requeueAfterMs: 30_000,
    });
  });
});
