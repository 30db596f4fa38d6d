import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import type { WorkerBudget, WorkerPool } from '@gitops-toolkit/core/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { KustomizeError } from '../errors.ts';
import { deployment, failure } from '../testing/build-files.ts';
import { buildInWorker } from './build-in-worker.ts';
import { createBuildPool } from './build-pool.ts';

let pool: WorkerPool;
beforeAll(() => {
  pool = createBuildPool({ size: 1 });
});
afterAll(() => pool[Symbol.asyncDispose]());

const BUILDS = path.join(import.meta.dirname, '..', 'testdata', 'builds');

/** A build that is recorded with what kustomize prints. */
function recordedBuild(name: string): { path: string; tree: MemoryTree } {
  const [command = '', ...parts] = readFileSync(path.join(BUILDS, name), 'utf8').split(/^-- (.+) --\n/m);
  const files: Record<string, TreeInput> = {};
  for (let i = 0; i < parts.length; i += 2) {
    const [file = '', encoding] = (parts[i] ?? '').split(' ');
    const text = parts[i + 1] ?? '';
    files[file] = encoding === 'base64' ? Buffer.from(text, 'base64') : text;
  }
  return { path: command.trim().replace(/^build /, ''), tree: MemoryTree.from(files) };
}

/** Bases that include two others each, twelve levels deep. */
function doublingBases(): MemoryTree {
  const files: Record<string, string> = { 'kustomization.yaml': 'resources: [level1/a, level1/b]\n' };
  for (let level = 1; level <= 12; level++) {
    const below = ['a', 'b'].map((side) => `../../level${level + 1}/${side}`);
    for (const side of ['a', 'b']) {
      const folder = `level${level}/${side}`;
      const resources = level < 12 ? below.join(', ') : 'web.yaml';
      files[`${folder}/kustomization.yaml`] = `nameSuffix: -${side}\nresources: [${resources}]\n`;
      files[`${folder}/web.yaml`] = deployment('web');
    }
  }
  return MemoryTree.from(files);
}

/** A kustomization of one file. */
const oneFile = (text: string): Record<string, string> => ({
  'kustomization.yaml': 'resources: [a.yaml]\n',
  'a.yaml': text,
});

describe('buildInWorker', () => {
  it.each(readdirSync(BUILDS))('gives what a build gives: %s', async (name) => {
    const { path: directory, tree } = recordedBuild(name);
    const result = await buildInWorker(tree, { path: directory, pool });
    const expected = build(tree, { path: directory });
    expect({ ...result, toYaml: undefined }).toEqual({ ...expected, toYaml: undefined });
    expect(result.toYaml()).toBe(expected.toYaml());
  });

  it('brings over numbers as they were written', async () => {
    const text =
      'apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: [0x1F, 1.10, 1e3, 12345678901234567890, -0.0]\n';
    const tree = MemoryTree.from(oneFile(text));
    const [resource] = (await buildInWorker(tree, { pool })).resources;
    expect(resource?.object['spec']).toStrictEqual(build(tree).resources[0]?.object['spec']);
  });

  it('reads remote bases that were fetched before', async () => {
    const tree = MemoryTree.from({
      'kustomization.yaml':
        'resources: ["https://example.com/a//base?ref=v1", "https://example.com/b.yaml"]\n',
    });
    const base = MemoryTree.from({
      'base/kustomization.yaml': 'resources: [web.yaml]\n',
      'base/web.yaml': deployment('web'),
    });
    const remotes = new Map<string, MemoryTree | Uint8Array>([
      ['https://example.com/a//base?ref=v1', base],
      ['https://example.com/b.yaml', new TextEncoder().encode(deployment('other'))],
    ]);
    const { resources } = await buildInWorker(tree, { remotes, pool });
    expect(resources).toEqual(build(tree, { remotes }).resources);
  });

  it.each<[string, Record<string, TreeInput>]>([
    [
      'broken YAML',
      {
        'base/kustomization.yaml': 'resources: [a.yaml]\n',
        'base/a.yaml': 'a: [\n',
        'kustomization.yaml': 'resources: [base]\n',
      },
    ],
    [
      'a patch without a target',
      {
        ...oneFile(deployment('web')),
        'kustomization.yaml':
          'resources: [a.yaml]\npatches:\n- patch: "[{op: remove, path: /spec/nothing}]"\n  target: {kind: Deployment}\n',
      },
    ],
    ['no kustomization', { 'a.yaml': 'a: 1\n' }],
    ['a chart', { 'kustomization.yaml': 'helmCharts: [{name: redis, repo: "https://example.com"}]\n' }],
  ])('fails as a build fails: %s', async (_title, files) => {
    const tree = MemoryTree.from(files);
    const expected = failure(() => build(tree));
    const error: unknown = await buildInWorker(tree, { pool }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KustomizeError);
    const described = ({
      code,
      message,
      summary,
      context,
      source,
      frame,
      hint,
      place,
      cause,
    }: KustomizeError) => ({
      code,
      message,
      summary,
      context,
      source,
      frame,
      hint,
      place: place?.source,
      cause: (cause as Error | undefined)?.message,
    });
    expect(described(error as KustomizeError)).toEqual(described(expected));
    expect((error as KustomizeError).cause?.constructor).toBe(expected.cause?.constructor);
  });

  it('ends a build that takes too long, too much memory, or makes too much', async () => {
    const tree = doublingBases();
    const failing = (budget: WorkerBudget, directory = '') =>
      buildInWorker(tree, { pool, budget, path: directory });
    await expect(failing({ timeoutMs: 100 })).rejects.toMatchObject({ code: 'WORKER_TIMEOUT' });
    await expect(failing({ maxHeapMb: 30 })).rejects.toMatchObject({ code: 'WORKER_HEAP_LIMIT' });
    const output = failing({ maxOutputBytes: 10_000 }, 'level6/a');
    await expect(output).rejects.toMatchObject({ code: 'WORKER_OUTPUT_LIMIT' });
    const aborted = buildInWorker(tree, { pool, signal: AbortSignal.timeout(50) });
    await expect(aborted).rejects.toMatchObject({ name: 'TimeoutError' });
    expect((await buildInWorker(tree, { pool, path: 'level12/a' })).resources).toHaveLength(1);
  });
});
