import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Kustomization } from '@gitops-toolkit/api';
import { isEqual } from '@gitops-toolkit/core';
import { startEmbedded } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';
import { loadVariables } from './variables.ts';

/** The variables that github.com/fluxcd/pkg/kustomize finds, recorded by tools/flux-vectors. */
interface Vector {
  readonly sources: readonly {
    readonly kind: string;
    readonly name: string;
    readonly data: Readonly<Record<string, string>>;
  }[];
  readonly from?: readonly { readonly kind: string; readonly name: string; readonly optional?: boolean }[];
  readonly substitute?: Readonly<Record<string, string>>;
  /** Of those that have any text. */
  readonly values: Readonly<Record<string, string>>;
  readonly error?: string;
}

const file = path.join(import.meta.dirname, 'testdata/variables.jsonl');
const vectors = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

async function createSources(client: KubeClient, namespace: string, { sources }: Vector): Promise<void> {
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  for (const { kind, name, data } of sources) {
    const content = kind === 'Secret' ? { stringData: data } : { data };
    await client.create({ apiVersion: 'v1', kind, metadata: { name, namespace }, ...content });
  }
}

function kustomization(namespace: string, { from, substitute }: Vector): Kustomization {
  return {
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name: 'app', namespace },
    spec: {
      interval: '1m',
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'app' },
      postBuild: { ...(from ? { substituteFrom: from } : {}), ...(substitute ? { substitute } : {}) },
    },
  } as Kustomization;
}

async function answer(
  client: KubeClient,
  namespace: string,
  vector: Vector,
): Promise<Vector['values'] | string> {
  await createSources(client, namespace, vector);
  try {
    return await loadVariables(kustomization(namespace, vector), client, AbortSignal.timeout(30_000));
  } catch (error) {
    return String(error);
  }
}

/** Of an error, what comes before the words of the API server. */
function isSame({ values, error }: Vector, found: Vector['values'] | string): boolean {
  if (error === undefined) return isEqual(found, values);
  return typeof found === 'string' && found.includes(error.slice(0, error.indexOf(' error:') + 7));
}

describe('loadVariables', () => {
  it('finds what Flux finds', async () => {
    await using server = await startEmbedded({ controllers: false, simulate: false });
    await using client = new KubeClient(server.config);
    const differing = [];
    for (const [i, vector] of vectors.entries()) {
      const found = await answer(client, `vector-${i}`, vector);
      if (!isSame(vector, found)) differing.push({ ...vector, found });
    }
    expect(differing).toEqual([]);
  });
});
