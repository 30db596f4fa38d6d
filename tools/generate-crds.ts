/**
 * Writes the CustomResourceDefinitions of the toolkit's resources to crds/:
 *
 *   node --conditions=@gitops-toolkit/source tools/generate-crds.ts [--check]
 *
 * `--check` fails where a committed file differs, or is there without a definition.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ArtifactGenerator,
  Bucket,
  ExternalArtifact,
  GitRepository,
  HelmChart,
  HelmRepository,
  Kustomization,
  OCIRepository,
} from '../packages/api/src/index.ts';
import { emit } from '../packages/yaml/src/index.ts';

const TARGET = join(import.meta.dirname, '../crds');

const files = new Map(
  [
    ArtifactGenerator,
    Bucket,
    ExternalArtifact,
    GitRepository,
    HelmChart,
    HelmRepository,
    Kustomization,
    OCIRepository,
  ].map((definition) => [`${definition.group}_${definition.plural}.yaml`, `---\n${emit(definition.crd())}`]),
);
const isCheck = process.argv.includes('--check');
const committed = await readdir(TARGET);
const stale = committed.filter((name) => !files.has(name)).map((name) => `${name} has no definition`);
for (const [name, text] of files) {
  const path = join(TARGET, name);
  if (committed.includes(name) && (await readFile(path, 'utf8')) === text) continue;
  if (isCheck) stale.push(`${name} is out of date`);
  else await writeFile(path, text);
}
for (const complaint of stale) console.error(`crds/${complaint}`);
if (stale.length > 0) {
  console.error('run tools/generate-crds.ts');
  process.exitCode = 1;
} else {
  console.log(`${files.size} CRDs are ${isCheck ? 'up to date' : 'written'}`);
}
