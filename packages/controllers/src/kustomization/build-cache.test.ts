import type { Kustomization } from '@gitops-toolkit/api';
import { describe, expect, it } from 'vitest';
import { BuildCache } from './build-cache.ts';

const object = (spec: Partial<Kustomization['spec']> = {}): Kustomization => ({
  apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
  kind: 'Kustomization',
  metadata: { name: 'web', namespace: 'apps', uid: 'one' },
  spec: { interval: '1m', prune: true, sourceRef: { kind: 'GitRepository', name: 'web' }, ...spec },
});
const inputs = { artifactDigest: 'sha256:aa', variables: { TEAM: 'shop' } };

/** A cache, and how often it had to build. */
function countingCache() {
  const cache = new BuildCache();
  let builds = 0;
  const build = async () => ({ resources: [], digest: `sha256:${++builds}` });
  return {
    cache,
    get: (of: Kustomization, given = inputs) => cache.get(of, given, build),
    builds: () => builds,
  };
}

describe('BuildCache', () => {
  it('builds nothing again where spec, artifact and variables are the same', async () => {
    const { get, builds } = countingCache();
    const first = await get(object());
    expect(await get(object())).toBe(first);
    expect(builds()).toBe(1);
  });

  it.each([
    ['the spec', object({ namePrefix: 'x-' }), inputs],
    ['the artifact', object(), { ...inputs, artifactDigest: 'sha256:bb' }],
    ['a variable', object(), { ...inputs, variables: { TEAM: 'other' } }],
  ])('builds again where %s changed', async (_title, changed, given) => {
    const { get, builds } = countingCache();
    await get(object());
    await get(changed, given);
    expect(builds()).toBe(2);
  });

  it('keeps no failure, and forgets an object that is gone', async () => {
    const { cache, get, builds } = countingCache();
    const failing = cache.get(object(), inputs, async () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await get(object());
    cache.delete(object());
    await get(object());
    expect(builds()).toBe(2);
  });
});
