import { directoryOf, type FileTree } from '@gitops-toolkit/core';
import { parseDoublestar, type Segment } from './doublestar.ts';

/**
 * The files and directories that fit a pattern of doublestar: of each directory first what fits in it, then what fits
 * below. That is the order of doublestar's own `Glob`, and so the one in which archives are unpacked over each other.
 *
 * @throws `GENERATOR_PATTERN_INVALID`
 */
export function doublestarGlob(tree: FileTree, pattern: string): string[] {
  const alternatives = parseDoublestar(pattern);
  const [only] = alternatives;
  if (alternatives.length === 1 && only) return [...new Walk(tree, only).from('', 0)];
  const found = alternatives.flatMap((segments) => [...new Walk(tree, segments).from('', 0)]);
  // doublestar sorts what alternatives give where their braces end.
  const order = pattern.lastIndexOf('}') > pattern.lastIndexOf('/') ? byBytes : byDirectory;
  return [...new Set(found)].toSorted(order);
}

function byDirectory(a: string, b: string): number {
  return byBytes(directoryOf(a), directoryOf(b)) || byBytes(a, b);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

class Walk {
  readonly #tree: FileTree;
  readonly #segments: readonly Segment[];
  /** Where it was looked already: several `**` reach the same directory in more ways than can be counted. */
  readonly #seen = new Set<string>();

  constructor(tree: FileTree, segments: readonly Segment[]) {
    this.#tree = tree;
    this.#segments = segments;
  }

  *from(directory: string, at: number): Generator<string> {
    const key = `${at} ${directory}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    const segment = this.#segments[at];
    const isLast = at === this.#segments.length - 1;
    if (segment === undefined) return;
    // A slash at the end asks for directories.
    if (segment !== '**' && segment.isEmpty && isLast && directory !== '') yield directory;
    if (segment === '**') {
      if (isLast) yield directory === '' ? '.' : directory;
      else yield* this.from(directory, at + 1);
    }
    for (const { name } of this.#tree.list(directory)) {
      const path = directory === '' ? name : `${directory}/${name}`;
      if (segment !== '**' && !segment.matches(name)) continue;
      const isDirectory = this.#tree.stat(path)?.kind === 'directory';
      if (segment === '**' && isDirectory) yield* this.from(path, at);
      else if (isLast) yield path;
      else if (segment !== '**' && isDirectory) yield* this.from(path, at + 1);
    }
  }
}
