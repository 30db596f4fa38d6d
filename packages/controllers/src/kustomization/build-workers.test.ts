import type { Kustomization } from '@gitops-toolkit/api';
import { MemoryTree } from '@gitops-toolkit/core';
import { KustomizeError } from '@gitops-toolkit/kustomize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ControllersError } from '../errors.ts';
import { buildKustomization } from './build.ts';
import { BuildWorkers } from './build-workers.ts';
import { kustomization } from '../testing/kustomization.ts';

const NEVER = new AbortController().signal;
const tree = MemoryTree.from({
  'deploy/kustomization.yaml': 'resources: [settings.yaml]\n',
  'deploy/settings.yaml':
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {team: "${TEAM:=nobody}"}\n',
  'broken/kustomization.yaml': 'resources: [none.yaml]\n',
  'long/kustomization.yaml': 'resources: [many.yaml]\n',
  'long/many.yaml': Array.from(
    { length: 3000 },
    (_, i) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings-${i}}\n`,
  ).join('---\n'),
  'huge/kustomization.yaml': 'configMapGenerator: [{name: huge, files: [a.txt]}]\n',
  'huge/a.txt': 'x'.repeat(4 * 1024 * 1024),
});

const input = { tree, variables: { TEAM: 'shop' }, strictSubstitution: true };

describe('BuildWorkers', () => {
  let workers: BuildWorkers;
  beforeAll(() => {
    workers = new BuildWorkers(1);
  });
  afterAll(() => workers.endWith(AbortSignal.abort()));

  const build = (spec: Partial<Kustomization['spec']>, signal: AbortSignal = NEVER) =>
    workers.build(kustomization(spec), input, signal);

  it('gives what a build in this thread gives', async () => {
    const spec = {
      path: './deploy',
      namePrefix: 'x-',
      postBuild: {},
      commonMetadata: { labels: { a: 'b' } },
    };
    const built = await build(spec);
    expect(built).toEqual(buildKustomization(kustomization(spec), input));
  });

  it('fails as a build in this thread fails', async () => {
    for (const [spec, type] of [
      [{ path: './none' }, ControllersError],
      [{ path: './broken' }, KustomizeError],
    ] as const) {
      const error: unknown = await build(spec).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(type);
      expect(() => buildKustomization(kustomization(spec), input)).toThrow(error as Error);
    }
  });

  it('refuses an object that no API server takes', async () => {
    await expect(build({ path: './huge' })).rejects.toMatchObject({ code: 'WORKER_OUTPUT_LIMIT' });
  });

  it('ends with its signal', async () => {
    await expect(build({ path: './deploy' }, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });

  it('goes by the timeout of the object where that is shorter', async () => {
    const error = build({ path: './long', timeout: '1ms' });
    await expect(error).rejects.toMatchObject({ code: 'WORKER_TIMEOUT' });
  });
});
