/**
 * Writes the TypeScript interfaces of the toolkit's resources from their definitions:
 *
 *   node --conditions=@gitops-toolkit/source tools/generate-api-types.ts [--check]
 *
 * Inference would give the same types, without names and without documentation; and declarations
 * that a compiler can write file by file must not need it. The compiler compares: a definition is
 * assigned to the type that was written for it. `--check` fails where the committed file differs.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GitRepository, Kustomization } from '../packages/api/src/index.ts';
import { writeApiTypes } from './api-types/write-api-types.ts';

const TARGET = join(import.meta.dirname, '../packages/api/src/generated/resource-types.ts');

const text = writeApiTypes([GitRepository, Kustomization]);
const isCurrent = (await readFile(TARGET, 'utf8').catch(() => '')) === text;
if (isCurrent) {
  console.log('the types of the resources are up to date');
} else if (process.argv.includes('--check')) {
  console.error(`${TARGET} is out of date: run tools/generate-api-types.ts`);
  process.exitCode = 1;
} else {
  await writeFile(TARGET, text);
  console.log(`wrote ${TARGET}`);
}
