// Builds random trees with the program `kustomize` (v5.8.1, on the PATH) and with the package, and writes down
// every tree that they answer differently: `main.ts [count] [first seed] [folder]`.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Chance } from './chance.ts';
import { differenceOf, runPackage, runProgram } from './compare.ts';
import { type Files, randomTree } from './random-kustomization.ts';
import { randomTextEdit } from './random-texts.ts';
import { repair } from './repair.ts';
import { shrink } from './shrink.ts';

const [count = '200', first = '1', folder = 'fuzz-kustomize'] = process.argv.slice(2);
let failed = 0;
let built = 0;
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const chance = new Chance(seed);
  const files = chance.oneIn(6) ? randomTextEdit(chance) : someTree(chance);
  if (runPackage(files).yaml !== undefined) built++;
  const difference = differenceOf(files);
  if (difference === undefined) continue;
  failed++;
  report(
    seed,
    difference,
    shrink(files, (smaller) => differenceOf(smaller) === difference, 150),
  );
}
console.log(`${count} trees, ${built} of them can be built, ${failed} answered differently`);

function someTree(chance: Chance): Files {
  const tree = randomTree(chance);
  // Every sixth tree stays as it is: failures are compared, too.
  return chance.oneIn(6) ? tree.files : repair(tree, chance);
}

function report(seed: number, difference: string, files: Files): void {
  const text = [
    `== seed ${seed}: ${difference}`,
    ...Object.entries(files).map(([name, content]) => `-- ${name} --\n${content}`),
    `-- program --\n${runProgram(files).yaml ?? `fails: ${runProgram(files).error}`}`,
    `-- package --\n${runPackage(files).yaml ?? `fails: ${runPackage(files).error}`}`,
  ].join('\n');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${seed}.txt`), text);
  console.log(`${seed}: ${difference}`);
}
