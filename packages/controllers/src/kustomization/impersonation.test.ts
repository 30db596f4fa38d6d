import type { Kustomization } from '@gitops-toolkit/api';
import type { KubeObject, ObjectRef } from '@gitops-toolkit/core';
import type { KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';
import { clientFor } from './impersonation.ts';

const { signal } = new AbortController();

function withKubeConfig(key?: string): Kustomization {
  const secretRef = { name: 'remote', ...(key === undefined ? {} : { key }) };
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace: 'team' },
    spec: {
      interval: '1m',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'app' },
      kubeConfig: { secretRef },
    },
  };
}

/** A client that finds one Secret. */
function clientWith(data: Record<string, string>): KubeClient {
  const find = async ({ namespace = '', name }: ObjectRef): Promise<KubeObject> => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name },
    data,
  });
  return { find } as unknown as KubeClient;
}

describe('clientFor', () => {
  it('refuses a Secret without a kubeconfig, naming the keys that were looked at', async () => {
    const client = clientWith({ other: 'aGlkZGVu' });
    await expect(clientFor(withKubeConfig(), client, { signal })).rejects.toMatchObject({
      code: 'CONTROLLERS_SECRET_INVALID',
      message: "secret 'remote' has no key value or value.yaml",
    });
    await expect(clientFor(withKubeConfig('config'), client, { signal })).rejects.toThrow(
      'has no key config',
    );
  });
});
