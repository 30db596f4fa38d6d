import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type FileTree, MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { FLUX_BUILD_OPTIONS } from '../build-options.ts';
import { KustomizeError } from '../errors.ts';
import { generateKustomization } from './generate-kustomization.ts';
import type { KustomizationSpec } from './kustomization-spec.ts';

/** What `Generator` and `SecureBuild` of github.com/fluxcd/pkg/kustomize answer, recorded by tools/flux-vectors. */
interface Vector {
  readonly files: Readonly<Record<string, string>>;
  readonly path: string;
  readonly spec: KustomizationSpec;
  /** Where the kustomization is written. */
  readonly file?: string;
  readonly manifest?: string;
  readonly yaml?: string;
  /** Why none can be written. */
  readonly error?: string;
  readonly buildError?: string;
}

const file = path.join(import.meta.dirname, '../testdata/flux/kustomizations.jsonl');
const vectors = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Vector);

type Answer = Omit<Vector, 'files' | 'path' | 'spec'>;

function answer({ files, path: directory, spec, file: written = '' }: Vector): Answer {
  try {
    const tree = generateKustomization(MemoryTree.from(files), directory, spec);
    return { manifest: new TextDecoder().decode(tree.read(written)), ...built(tree, directory) };
  } catch (error) {
    if (error instanceof KustomizeError) return { error: error.summary };
    throw error;
  }
}

/** Repeated keys we find when a file is read, where Go finds them when it prints what it has built. */
const failureOf = ({ error, buildError }: Answer): string | undefined => error ?? buildError;

/** Whether Go finds a mistake only after another, which is the one that we name. */
const isRepeatedKey = (answer: Answer): boolean => failureOf(answer)?.includes('already defined') ?? false;

function built(tree: FileTree, directory: string): Answer {
  try {
    return { yaml: build(tree, { path: directory, ...FLUX_BUILD_OPTIONS }).toYaml() };
  } catch (error) {
    if (error instanceof KustomizeError) return { buildError: error.summary };
    throw error;
  }
}

/** A library does not know which version of kustomize it is. */
const withVersion = (yaml = ''): string => yaml.replaceAll('kustomize-(devel)', 'kustomize-v5.8.1');

function isSame(expected: Answer, actual: Answer): boolean {
  if (isRepeatedKey(actual)) return failureOf(expected) !== undefined;
  if (expected.error !== actual.error || expected.manifest !== actual.manifest) return false;
  if (expected.buildError !== undefined) return actual.buildError !== undefined;
  return actual.buildError === undefined && withVersion(expected.yaml) === (actual.yaml ?? '');
}

describe('generateKustomization', () => {
  it('writes what Flux writes, and builds what Flux builds', () => {
    expect(vectors.length).toBeGreaterThan(400);
    const differing = vectors.flatMap((vector) => {
      const actual = answer(vector);
      return isSame(vector, actual) ? [] : [{ ...vector, actual }];
    });
    expect(differing).toEqual([]);
  });
});
