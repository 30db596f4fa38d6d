// Mirrors a source into an OCI registry: node examples/mirror/main.ts <source> oci://registry/repository:tag [--insecure]
//   https://git.example.com/app#main       a branch of a git repository; its commit signed by one of $SIGNERS, if given
//   oci://ghcr.io/org/app#6.x              a range of versions in a registry; signed with $COSIGN_KEY, if given
//   https://charts.example.com/#web@1.x    a chart of a Helm repository
//   s3://s3.example.com/bucket#prod/       the objects of a bucket below a prefix, with $AWS_ACCESS_KEY_ID, if given
import process from 'node:process';
import { describeError, type FileTree } from '@gitops-toolkit/core';
import { pullChart } from '@gitops-toolkit/helm/repository';
import * as oci from '@gitops-toolkit/oci';
import { fetchGit, gitSignatureKeys } from '@gitops-toolkit/source';
import { BucketFetcher } from '@gitops-toolkit/source/bucket';
import { ChartFetcher } from '@gitops-toolkit/source/helm';
import { OciFetcher } from '@gitops-toolkit/source/oci';

/** What is pushed: files, or a chart as it is. */
type Content = { content: FileTree | Uint8Array; revision: string };

const { SIGNERS, COSIGN_KEY, DOCKER_CONFIG_JSON, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
const [source = '', target = '', flag] = process.argv.slice(2);
const insecure = flag === '--insecure';
const credentials = DOCKER_CONFIG_JSON && oci.dockerConfigCredentials(DOCKER_CONFIG_JSON);
const registry = { insecure, ...(credentials && { credentials }) };

async function fromGit(url: string, branch: string): Promise<Content> {
  const keys = SIGNERS && gitSignatureKeys({ 'signers.sshpub': SIGNERS });
  const found = await fetchGit({ url, branch }, keys ? { verify: { mode: 'HEAD', keys } } : {});
  return { content: found.tree, revision: found.revision };
}

async function fromRegistry(url: string, semver: string): Promise<Content> {
  await using fetcher = new OciFetcher();
  const verify = COSIGN_KEY && { verify: { provider: 'cosign', keys: [COSIGN_KEY] } as const };
  const found = await fetcher.resolve({ url, semver }, registry);
  const { tree: content, revision } = await fetcher.fetch(found, { ...registry, ...verify });
  return { content, revision };
}

async function fromHelm(repository: string, wanted: string): Promise<Content> {
  await using fetcher = new ChartFetcher();
  const [chart = '', version = ''] = wanted.split('@');
  const pulled = await pullChart({ repository, chart, version, fetch: fetcher.fetchFor() });
  return { content: pulled.data, revision: pulled.version };
}

async function fromBucket(place: string, prefix: string): Promise<Content> {
  await using fetcher = new BucketFetcher();
  const [, , endpoint = '', bucket = ''] = place.split('/');
  const keys = { accessKeyId: AWS_ACCESS_KEY_ID ?? '', secretAccessKey: AWS_SECRET_ACCESS_KEY ?? '' };
  const access = AWS_ACCESS_KEY_ID ? { credentials: keys } : {};
  const found = await fetcher.resolve({ provider: 's3', endpoint, bucket, prefix, insecure }, access);
  const { tree: content, revision } = await fetcher.fetch(found, access);
  return { content, revision };
}

async function main(): Promise<void> {
  const [place = '', fragment = ''] = source.split('#');
  const isChart = /^https?:.*\/$/.test(place);
  const ofScheme = place.startsWith('oci:') ? fromRegistry : place.startsWith('s3:') ? fromBucket : fromGit;
  const { content, revision } = await (isChart ? fromHelm : ofScheme)(place, fragment);
  await using client = new oci.OciClient();
  const reference = oci.parseReference(target);
  const types = isChart ? { layerType: oci.HELM_TYPES.content, configType: oci.HELM_TYPES.config } : {};
  const pushed = { tag: reference.tag ?? 'latest', source: place, revision, ...types };
  const { digest } = await oci.pushArtifact(client.repository(reference, registry), content, pushed);
  process.stdout.write(`${target}@${digest} is ${revision} of ${place}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 1;
});
