import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../../digest.ts';
import { filterTree } from '../../ignore/filter-tree.ts';
import { loadIgnoreRules } from '../../ignore/ignore-rules.ts';
import { type FileTree, walkFiles } from '../../tree/file-tree.ts';
import { MemoryTree, type TreeInput } from '../../tree/memory-tree.ts';
import { filterTreeAsync, loadIgnoreRulesAsync } from '../filter-tree-async.ts';
import { packArchive, type PackOptions, packTar } from './pack.ts';
import { unpackArchive } from './unpack.ts';

interface VectorEntry {
  readonly text?: string;
  readonly length?: number;
  readonly executable?: boolean;
  readonly symlink?: string;
  readonly directory?: boolean;
}

/** A folder, and what Flux archives of it, as `tools/artifact-vectors` has recorded it. */
interface Vector {
  readonly name: string;
  readonly files: Readonly<Record<string, VectorEntry>>;
  readonly ignore?: string;
  readonly sha256: string;
  readonly entries: readonly string[];
  readonly unpacked: readonly string[] | null;
}

const vectors = JSON.parse(
  readFileSync(new URL('./testdata/flux-archives.json', import.meta.url), 'utf8'),
) as readonly Vector[];

function treeOf({ files }: Vector): FileTree {
  return new MemoryTree(Object.entries(files).map(([path, entry]) => [path, inputOf(entry)]));
}

function inputOf({ text = '', length, executable, symlink, directory }: VectorEntry): TreeInput {
  if (directory) return { directory };
  if (symlink !== undefined) return { symlink };
  const content = length === undefined ? text : text.repeat(length / text.length + 1).slice(0, length);
  return { data: Buffer.from(content), mode: executable ? 0o755 : 0o644 };
}

const optionsOf = ({ ignore }: Vector) => (ignore === undefined ? {} : { ignore });

/** The names that come first, since they tell more than a digest that is another. */
async function tarOf(tree: FileTree, options?: PackOptions): Promise<Pick<Vector, 'entries' | 'sha256'>> {
  const tar = Buffer.concat([...packTar(tree, options)]);
  const reader = extract();
  const entries: string[] = [];
  reader.on('entry', ({ name, type }, stream, next) => {
    entries.push(type === 'directory' ? `${name.replace(/\/$/, '')}/` : name);
    stream.on('end', next).resume();
  });
  reader.end(tar);
  await once(reader, 'finish');
  return { entries, sha256: sha256Hex(tar) };
}

describe.each(vectors)("Flux's archive: $name", (vector) => {
  const { entries, sha256, unpacked } = vector;
  const tree = treeOf(vector);
  const rules = loadIgnoreRules(tree, optionsOf(vector));

  it('is that of the tree with rules, to the byte', async () => {
    expect(await tarOf(tree, { ignore: rules })).toEqual({ entries, sha256 });
  });

  it('is that of the filtered tree, to the byte', async () => {
    expect(await tarOf(filterTree(tree, rules))).toEqual({ entries, sha256 });
    const inSlices = await filterTreeAsync(tree, await loadIgnoreRulesAsync(tree, optionsOf(vector)));
    expect(await tarOf(inSlices)).toEqual({ entries, sha256 });
  });

  it("gives the files that Flux's consumers get, or is refused as by them", async () => {
    const archive = packArchive(filterTree(tree, rules));
    const files = unpackArchive(archive, { maxDepth: 1000 }).then(
      (copy) => [...walkFiles(copy)].map((file) => file.path).toSorted(),
      ({ code }: { code?: string }) => code,
    );
    expect(await files).toEqual(unpacked?.toSorted() ?? 'ARCHIVE_UNSAFE');
  });
});
