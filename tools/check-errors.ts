// Every error code of a package has a section in docs/errors/<package>.md and is named in a test, and the
// other way round: neither list can drift.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);
const problems: string[] = [];

for (const name of readdirSync(path.join(root, 'packages'))) {
  const sources = sourcesOf(path.join(root, 'packages', name, 'src'));
  const tests = sourcesOf(path.join(root, 'packages', name, 'src'), true);
  const declared = new Set(
    sources.flatMap(({ file, text }) => (file.endsWith('errors.ts') ? codesIn(text) : [])),
  );
  const page = path.join(root, 'docs', 'errors', `${name}.md`);
  const documented = new Set(
    existsSync(page)
      ? [...readFileSync(page, 'utf8').matchAll(/^## `?([A-Z0-9_]+)`?\s*$/gm)].map((m) => m[1])
      : [],
  );
  for (const code of declared) {
    if (!documented.has(code)) problems.push(`docs/errors/${name}.md has no section ## ${code}`);
    if (!tests.some(({ text }) => text.includes(code)))
      problems.push(`packages/${name}: no test names ${code}`);
  }
  for (const code of documented) {
    if (code !== undefined && !declared.has(code))
      problems.push(`docs/errors/${name}.md documents ${code}, which the package does not declare`);
  }
}

/** The members of the union of codes: string literals in upper snake case with a package's prefix. */
function codesIn(text: string): string[] {
  return [...text.matchAll(/'([A-Z][A-Z0-9]*_[A-Z0-9_]+)'/g)].map((match) => match[1] ?? '');
}

function sourcesOf(folder: string, tests = false): { file: string; text: string }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && file.endsWith('.test.ts') === tests)
    .map((file) => ({ file, text: readFileSync(path.join(folder, file), 'utf8') }));
}

for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
