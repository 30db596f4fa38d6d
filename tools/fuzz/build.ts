import { MemoryTree } from '../../packages/core/src/index.ts';
import { build, KustomizeError } from '../../packages/kustomize/src/index.ts';
import { Chance } from '../fuzz-kustomize/chance.ts';
import { type Files, randomTree } from '../fuzz-kustomize/random-kustomization.ts';
import { randomTextEdit } from '../fuzz-kustomize/random-texts.ts';
import { repair } from '../fuzz-kustomize/repair.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { mutateText } from './yaml/mutate-text.ts';

/** What a result may grow to: every base may be there several times, and every field that a tree can make. */
const MAX_GROWTH = 200;
const MAX_OUTPUT = 1 << 20;

/** The build: of any tree it gives a result that it can build again, or one of its own errors. */
export const target: FuzzTarget<Files> = {
  generate(random) {
    const chance = new Chance(random.below(2 ** 31));
    if (chance.oneIn(8)) return randomTextEdit(chance);
    const tree = randomTree(chance);
    const files = chance.oneIn(3) ? repair(tree, chance, 30) : tree.files;
    return chance.oneIn(2) ? withSlips(files, chance) : files;
  },
  check(files) {
    const yaml = outputOf(files);
    if (outputOf(files) !== yaml) throw new Error('another result the second time');
    if (yaml === undefined) return;
    checkSize(files, yaml);
    checkAgain(yaml);
  },
  budgetMs: (files) => 3000 + sizeOf(files) / 10,
  *smaller(files) {
    for (const name of Object.keys(files)) {
      const { [name]: text = '', ...others } = files;
      yield others;
      for (const shorter of withoutLines(text)) yield { ...others, [name]: shorter };
    }
  },
  show: (files) => JSON.stringify(files),
};

/** The files with slips of the pen in some of them. */
function withSlips(files: Files, chance: Chance): Files {
  const names = Object.keys(files);
  const changed: Files = { ...files };
  for (let n = 1 + chance.below(3); n > 0; n--) {
    const name = names[chance.below(names.length)];
    if (name !== undefined) changed[name] = mutateText(chance, [files[name] ?? '']);
  }
  return changed;
}

/** What a build prints; `undefined` where it refuses with an error of the package. */
function outputOf(files: Files): string | undefined {
  try {
    return build(MemoryTree.from(files), { path: 'root' }).toYaml();
  } catch (error) {
    if (error instanceof KustomizeError && error.message !== '') return undefined;
    throw error;
  }
}

function sizeOf(files: Files): number {
  return Object.values(files).reduce((size, text) => size + text.length, 0);
}

function checkSize(files: Files, yaml: string): void {
  const most = MAX_OUTPUT + MAX_GROWTH * sizeOf(files);
  if (yaml.length > most) throw new Error(`${yaml.length} characters from ${sizeOf(files)}`);
}

/** Built again, a result is the same: but for what the build takes for its own notes. */
function checkAgain(yaml: string): void {
  if (/config\.k(?:ubernetes|8s)\.io\//.test(yaml)) return;
  const files = { 'root/kustomization.yaml': 'resources: [all.yaml]\n', 'root/all.yaml': yaml };
  let again: string;
  try {
    again = build(MemoryTree.from(files), { path: 'root', reorder: 'none' }).toYaml();
  } catch (error) {
    // Nobody looks at ids any more after a replacement of names, in kustomize neither.
    if (error instanceof KustomizeError && error.code === 'KUSTOMIZE_DUPLICATE_ID') return;
    throw error;
  }
  if (again !== yaml) throw new Error(`not the same again\n${yaml}\n${again}`);
}

function* withoutLines(text: string): Iterable<string> {
  const lines = text.split('\n');
  for (let size = Math.ceil(lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < lines.length; at += size) yield lines.toSpliced(at, size).join('\n');
  }
}
