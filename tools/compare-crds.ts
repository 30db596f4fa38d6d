/**
 * Compares CRDs with published ones of the same names:
 *
 *   node --conditions=@gitops-toolkit/source tools/compare-crds.ts <folder of published CRDs> [our folder]
 *
 * Each difference is printed; the exit code is 1 if there is one. Descriptions may differ, and only
 * kinds that both folders have are compared. `docs/parity/api.md` lists what differs on purpose.
 */
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getOwn } from '../packages/core/src/index.ts';
import { parseDocuments } from '../packages/yaml/src/index.ts';
import { crdDifferences } from './compare-crds/crd-differences.ts';

const [published, own = join(import.meta.dirname, '../crds')] = process.argv.slice(2);
if (published === undefined) throw new Error('name the folder of the published CRDs');

const theirs = await readCrds(published);
const ours = await readCrds(own);
let count = 0;
for (const [name, crd] of ours) {
  const other = theirs.get(name);
  if (!other) {
    console.log(`${name}: not published in ${published}`);
    continue;
  }
  const differences = crdDifferences(crd, other);
  count += differences.length;
  console.log(`${name}: ${differences.length === 0 ? 'no difference' : `${differences.length} differences`}`);
  for (const { path, ours: here, theirs: there } of differences) {
    console.log(`  ${path}\n    ours:   ${JSON.stringify(here)}\n    theirs: ${JSON.stringify(there)}`);
  }
}
process.exitCode = count > 0 ? 1 : 0;

async function readCrds(folder: string): Promise<Map<string, unknown>> {
  const crds = new Map<string, unknown>();
  for await (const file of glob('**/*.{yaml,yml}', { cwd: folder })) {
    for (const { value } of parseDocuments(await readFile(join(folder, file)), { file })) {
      if (getOwn(value, 'kind') === 'CustomResourceDefinition')
        crds.set(String(getOwn(getOwn(value, 'metadata'), 'name')), value);
    }
  }
  return crds;
}
