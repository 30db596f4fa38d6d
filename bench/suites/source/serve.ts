// The servers, apart from those that are measured: serve.ts <git | own> <folder>. It writes the addresses as JSON and
// runs until its standard input ends. `/requests` of the git server says how many requests came.
import { createReadStream } from 'node:fs';
import process from 'node:process';
import { startGitServer, startOciRegistry } from '../../../packages/envtest/src/index.ts';
import { serveHttp } from '../../../packages/envtest/src/servers/index.ts';
import { digestOf } from '../../../packages/core/src/index.ts';
import {
  type Descriptor,
  MEDIA_TYPES,
  OciClient,
  type OciRepository,
} from '../../../packages/oci/src/index.ts';
import { findProgram } from '../../measure-program.ts';
import { SeededRandom } from '../../seeded-random.ts';
import { generateTree } from './generate-tree.ts';
import { serveGitFolder } from './git-http-backend.ts';
import type { ServerAddresses } from './server-process.ts';

const OCI_BYTES = 30_000_000;
const [which = 'own', folder = ''] = process.argv.slice(2);

async function serveGit(): Promise<string> {
  const git = findProgram('git');
  if (which === 'git' && git !== undefined) return `${(await serveGitFolder(git, folder)).url}/manifests.git`;
  const server = await startGitServer({ repositories: { manifests: Object.fromEntries(generateTree()) } });
  return server.repositoryUrl('manifests');
}

/** One layer of bytes that do not compress, with a title, without which `oras pull` would leave it. */
async function serveRegistry(): Promise<string> {
  const registry = await startOciRegistry();
  await using client = new OciClient();
  const repository = client.repository(`${registry.host}/bench`, { insecure: true });
  const random = new SeededRandom(11);
  const bytes = Buffer.from(Uint8Array.from({ length: OCI_BYTES }, () => random.below(256)));
  const layer = await pushBlob(repository, bytes, 'application/octet-stream');
  const config = await pushBlob(repository, Buffer.from('{}'), MEDIA_TYPES.empty);
  const annotations = { 'org.opencontainers.image.title': 'layer.bin' };
  const { ociManifest: mediaType } = MEDIA_TYPES;
  const manifest = { schemaVersion: 2, mediaType, config, layers: [{ ...layer, annotations }] } as const;
  await repository.pushManifest(manifest, { tag: 'v1' });
  return `${registry.host}/bench`;
}

async function pushBlob(repository: OciRepository, bytes: Buffer, mediaType: string): Promise<Descriptor> {
  const descriptor = { mediaType, digest: digestOf(bytes), size: bytes.length };
  await repository.pushBlob(descriptor, bytes);
  return descriptor;
}

async function serveCharts(): Promise<string> {
  const server = await serveHttp((_, response) => createReadStream(`${folder}/index.yaml`).pipe(response));
  return server.url;
}

const addresses: ServerAddresses = {
  git: await serveGit(),
  registry: await serveRegistry(),
  charts: await serveCharts(),
};
process.stdout.write(`${JSON.stringify(addresses)}\n`);
process.stdin.on('end', () => process.exit()).resume();
