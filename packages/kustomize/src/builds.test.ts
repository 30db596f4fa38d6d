import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MemoryTree, type TreeInput } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from './build.ts';

// Our own kustomizations with what kustomize v5.8.1 prints for them: the first line is the command, then
// come the files, each under its path, and last what is expected.
const folder = path.join(import.meta.dirname, 'testdata', 'builds');
const names = readdirSync(folder);

describe('build', () => {
  it.each(names)('prints what kustomize prints: %s', (name) => {
    const { directory, tree, expected } = readArchive(name);
    expect(build(tree, { path: directory }).toYaml()).toBe(expected);
  });

  it.each(names)('gives the same twice, and leaves the tree alone: %s', (name) => {
    const { directory, tree } = readArchive(name);
    const first = build(tree, { path: directory });
    expect(build(tree, { path: directory }).toYaml()).toBe(first.toYaml());
  });

  // What buildMetadata has written is cleaned away by a build that does not ask for it.
  const plain = names.filter((name) => !readArchive(name).expected.includes('config.kubernetes.io/origin'));
  it.each(plain)('builds its own output to itself: %s', (name) => {
    const { expected } = readArchive(name);
    const again = MemoryTree.from({ 'kustomization.yaml': 'resources: [all.yaml]\n', 'all.yaml': expected });
    expect(build(again, { reorder: 'none' }).toYaml()).toBe(expected);
  });
});

function readArchive(name: string): { directory: string; tree: MemoryTree; expected: string } {
  const [command = '', ...parts] = readFileSync(path.join(folder, name), 'utf8').split(/^-- (.+) --\n/m);
  const files: Record<string, TreeInput> = {};
  let expected = '';
  for (let i = 0; i < parts.length; i += 2) {
    const [file = '', encoding] = (parts[i] ?? '').split(' ');
    const text = parts[i + 1] ?? '';
    if (file === 'expected') expected = text;
    else files[file] = encoding === 'base64' ? Buffer.from(text, 'base64') : text;
  }
  return { directory: command.trim().replace(/^build /, ''), tree: MemoryTree.from(files), expected };
}
