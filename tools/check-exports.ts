// The public surface of every package as it was built, held against docs/exports.txt; `--write` renews it.
// A name that comes or goes shows in review.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);
const snapshot = path.join(root, 'docs', 'exports.txt');
const lines: string[] = [];

for (const name of readdirSync(path.join(root, 'packages')).toSorted()) {
  const { exports } = JSON.parse(readFileSync(path.join(root, 'packages', name, 'package.json'), 'utf8')) as {
    exports: Record<string, string | { default: string }>;
  };
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue;
    const declarations = readFileSync(
      path.join(root, 'packages', name, target.default.replace(/\.js$/, '.d.ts')),
      'utf8',
    );
    for (const exported of namesIn(declarations))
      lines.push(`@gitops-toolkit/${path.posix.join(name, entry)} ${exported}`);
  }
}

/** The names in the `export { … } from` lists of an entry, which holds nothing else. */
function namesIn(declarations: string): string[] {
  const lists = [...declarations.matchAll(/export (type )?\{([^}]*)\}/g)];
  return lists
    .flatMap(([, typeOnly, list = '']) => list.split(',').map((item) => `${typeOnly ?? ''}${item.trim()}`))
    .filter((item) => !/^(type )?$/.test(item))
    .map((item) => item.replace(/^(type )?(?:type )?(?:\S+ as )?/, '$1'))
    .toSorted();
}

const text = `${lines.join('\n')}\n`;
if (process.argv.includes('--write')) writeFileSync(snapshot, text);
else {
  const before = new Set(readFileSync(snapshot, 'utf8').split('\n'));
  const after = new Set(text.split('\n'));
  const changes = [
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
  ];
  for (const change of changes) console.log(change);
  if (changes.length > 0) {
    console.log(
      'The public surface changed. If that is meant: node tools/check-exports.ts --write, and a changeset.',
    );
    process.exitCode = 1;
  }
}
