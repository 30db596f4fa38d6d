// Prints what a change of a repository would change in the cluster:
// `main.ts [--path <overlay>] <old> [<new>]`, where each revision is one of git's, or a folder.
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  describeError,
  type FileTree,
  isEqual,
  isRecord,
  refKey,
  refOf,
  refString,
  type Resource,
} from '@gitops-toolkit/core';
import { DiskTree, unpackArchive } from '@gitops-toolkit/core/node';
import { build, type BuildResult, explain } from '@gitops-toolkit/kustomize';

type Path = readonly (string | number)[];

async function treeAt(revision: string): Promise<FileTree> {
  if (statSync(revision, { throwIfNoEntry: false })?.isDirectory()) return new DiskTree(revision);
  const archive = ['archive', '--format=tar', '--end-of-options', revision];
  return unpackArchive(
    execFileSync('git', archive, { maxBuffer: 2 ** 30, stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

/** The fields that differ, the innermost ones. */
function* changes(before: unknown, after: unknown, path: Path = []): Generator<Path> {
  if (isEqual(before, after)) return;
  const isSplit = isRecord(before) && isRecord(after);
  const isList = Array.isArray(before) && Array.isArray(after) && before.length === after.length;
  if (!isSplit && !isList) return yield path;
  const keys = isList ? before.keys() : new Set([...Object.keys(before), ...Object.keys(after)]);
  for (const key of keys) yield* changes(at(before, [key]), at(after, [key]), [...path, key]);
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
}

/** Who has set a field: the patch, image or file to look at. */
function blame(result: BuildResult, resource: Resource, field: Path): string {
  const { source, step } = explain(result, { resource, field })?.origin ?? {};
  return source ? `   # ${step === undefined ? '' : `${step}, `}${source.file}:${source.line ?? 1}` : '';
}

function* compare(before: BuildResult, after: BuildResult): Generator<string> {
  const byKey = (result: BuildResult) =>
    new Map(result.resources.map((resource) => [refKey(refOf(resource.object)), resource]));
  const [old, now] = [byKey(before), byKey(after)];
  // A Secret's values are nobody's business in a log.
  const show = (resource: Resource, path: Path): string =>
    resource.object.kind === 'Secret' && /^(data|stringData)$/.test(String(path[0]))
      ? '(secret)'
      : (JSON.stringify(at(resource.object, path)) ?? '(none)');
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    const name = refString(refOf((is ?? was)!.object));
    if (!was || !is) yield was ? `- ${name}` : `+ ${name}`;
    const fields = was && is ? [...changes(was.object, is.object)] : [];
    if (fields.length > 0) yield `~ ${name}`;
    for (const path of fields)
      yield `    ${path.join('.')}: ${show(was!, path)} → ${show(is!, path)}${blame(after, is!, path)}`;
  }
}

const { values, positionals } = parseArgs({ allowPositionals: true, options: { path: { type: 'string' } } });
try {
  const [old, now = '.'] = positionals;
  if (old === undefined) throw new Error('usage: main.ts [--path <overlay>] <old revision> [<new revision>]');
  const [before, after] = await Promise.all([treeAt(old), treeAt(now)]);
  const lines = [...compare(build(before, values), build(after, values))];
  console.log(lines.length > 0 ? lines.join('\n') : 'Nothing changes.');
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
