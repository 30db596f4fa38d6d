// Runs the program and the package on the same tree.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { errorMessage, MemoryTree } from '../../packages/core/src/index.ts';
import { build } from '../../packages/kustomize/src/index.ts';
import type { Files } from './random-kustomization.ts';

/** What a build printed, or why it failed. */
export interface Outcome {
  readonly yaml?: string;
  readonly error?: string;
}

/** The program's answer. */
export function runProgram(files: Files): Outcome {
  const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-kustomize-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const run = spawnSync('kustomize', ['build', path.join(folder, 'root')], {
      encoding: 'utf8',
      timeout: 20_000,
      maxBuffer: 1 << 28,
    });
    if (run.status === 0) return { yaml: run.stdout };
    return { error: run.stderr.replaceAll(folder, '') || `ended by ${run.signal ?? 'itself'}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Our own answer. A failure that is none of the package's own is a crash. */
export function runPackage(files: Files): Outcome {
  try {
    return { yaml: build(MemoryTree.from(files), { path: 'root' }).toYaml() };
  } catch (error) {
    const own = error instanceof Error && 'code' in error && String(error.code).startsWith('KUSTOMIZE_');
    return {
      error: `${own ? '' : 'CRASH '}${errorMessage(error)}${own ? '' : String((error as Error).stack)}`,
    };
  }
}

/** Whether the program has crashed, or cannot read what it has printed itself: comments in flow collections. */
function isOwnFault(error: string): boolean {
  return (
    error.includes('panic:') ||
    /map\[string\]interface \{\}[^]*\}: yaml: (?:line \d+: did not find expected|invalid map key: )/.test(
      error,
    )
  );
}

/** The program hashes what a patch has made another kind of by how its parser holds it: no two are the same. */
function withoutOddHashes(yaml = ''): string {
  return yaml
    .split('\n---\n')
    .map((document) =>
      /^kind: (?:ConfigMap|Secret)$/m.test(document)
        ? document
        : document.replaceAll(/^( *name: .*)-[2-9bcdfghkmt]{10}$/gm, '$1'),
    )
    .join('\n---\n');
}

/** How two answers differ, in a word; nothing where they agree. */
export function differenceOf(files: Files): string | undefined {
  const theirs = runProgram(files);
  const ours = runPackage(files);
  if (ours.error?.startsWith('CRASH')) return 'crash';
  if (theirs.error !== undefined && ours.error !== undefined) return undefined;
  if (theirs.error !== undefined) return isOwnFault(theirs.error) ? undefined : 'they fail';
  if (ours.error !== undefined) return 'we fail';
  return withoutOddHashes(theirs.yaml) === withoutOddHashes(ours.yaml) ? undefined : 'bytes';
}
