import type { KubeObject } from '@gitops-toolkit/core';
import type { ReconcileContext } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { requireSource } from './source.ts';
import { kustomization } from '../testing/kustomization.ts';

const artifact = { url: 'http://127.0.0.1/a.tar.gz', digest: 'sha256:aa', revision: 'main@sha1:bb' };

/** A run whose cache holds one GitRepository, and whose cluster holds one OCIRepository. */
function contextWith(status?: Record<string, unknown>): ReconcileContext {
  const source = (kind: string): KubeObject => ({
    apiVersion: 'source.toolkit.fluxcd.io/v1',
    kind,
    metadata: { name: 'web', namespace: 'apps' },
    ...(status ? { status } : {}),
  });
  const find = async (ref: { kind: string; name: string }) =>
    ref.name === 'web' ? source(ref.kind) : undefined;
  return {
    cache: {
      get: (_kind: unknown, key: { name: string }) =>
        key.name === 'web' ? source('GitRepository') : undefined,
    },
    client: { find },
    signal: new AbortController().signal,
  } as unknown as ReconcileContext;
}

const options = { noCrossNamespaceRefs: true, requeueDependencyMs: 30_000 };

describe('requireSource', () => {
  it('finds the artifact of a GitRepository, and of a source that another controller keeps', async () => {
    for (const kind of ['GitRepository', 'OCIRepository'] as const) {
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
    await expect(requireSource(object, contextWith({}), options)).rejects.toMatchObject(patience);
    await expect(requireSource(object, contextWith(failed), options)).rejects.toMatchObject({
      patienceMs: 0,
    });
    const missing = kustomization({ sourceRef: { kind: 'GitRepository', name: 'nobody' } });
    await expect(requireSource(missing, contextWith(), options)).rejects.toMatchObject({ patienceMs: 5000 });
  });

  it('refuses another namespace where that is not allowed, for good', async () => {
    const object = kustomization({ sourceRef: { kind: 'GitRepository', name: 'web', namespace: 'other' } });
    await expect(requireSource(object, contextWith({ artifact }), options)).rejects.toMatchObject({
      reason: 'AccessDenied',
      stalled: true,
      cause: { code: 'RUNTIME_ACCESS_DENIED' },
      message: expect.stringContaining("can't access 'GitRepository/other/web'") as string,
    });
  });

  it('waits for a source that is missing or has no artifact yet', async () => {
    const missing = kustomization({ sourceRef: { kind: 'GitRepository', name: 'gone' } });
    await expect(requireSource(missing, contextWith(), options)).rejects.toMatchObject({
      reason: 'ArtifactFailed',
      stalled: false,
      cause: { code: 'CONTROLLERS_SOURCE_NOT_READY' },
    });
    const empty = kustomization({ sourceRef: { kind: 'GitRepository', name: 'web' } });
    await expect(
      requireSource(empty, contextWith({ artifact: { url: 'x' } }), options),
    ).rejects.toMatchObject({
      reason: 'ArtifactFailed',
      requeueAfterMs: 30_000,
    });
  });
});
