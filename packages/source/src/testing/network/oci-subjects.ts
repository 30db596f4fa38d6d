import { MemoryTree } from '@gitops-toolkit/core';
import type { Timeouts } from '@gitops-toolkit/core/http';
import { startOciRegistry } from '@gitops-toolkit/envtest';
import { startDockerRegistry, startReferrersRegistry } from '@gitops-toolkit/envtest/servers';
import { OciClient, type OciRepository, pullArtifact, pushArtifact } from '@gitops-toolkit/oci';
import { fingerprint, RETRIES, sampleFiles, type Subject, type SubjectStarter } from './subject.ts';

/** A registry that runs. */
type Registry = AsyncDisposable & { readonly port: number };

/** The registry in this process. */
export const embeddedRegistry: SubjectStarter = {
  name: 'OCI, embedded registry',
  async start() {
    const registry = await startOciRegistry();
    const port = Number(registry.host.split(':')[1]);
    return subjectOf({ port, [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose]() });
  },
};

/** Docker's registry. */
export const dockerRegistry: SubjectStarter = {
  name: 'OCI, docker-registry',
  start: () => startDockerRegistry().then(subjectOf),
};

/** The registry of go-containerregistry. */
export const referrersRegistry: SubjectStarter = {
  name: 'OCI, referrers-registry',
  start: () => startReferrersRegistry().then(subjectOf),
};

/** What is pushed, and then pulled past the faults. */
export const pushedArtifact: SubjectStarter = {
  name: 'OCI, a push to docker-registry',
  async start() {
    const registry = await startDockerRegistry();
    if (!registry) return undefined;
    const tree = MemoryTree.from(sampleFiles());
    let pushes = 0;
    return {
      server: registry,
      expected: fingerprint(tree),
      codes: ['OCI_CONNECTION_FAILED', 'OCI_TIMEOUT'],
      bytes: 150_000,
      sender: 'client',
      async fetch(port, { timeouts, signal }) {
        await using client = new OciClient();
        const name = `org/push-${pushes++}`;
        await pushArtifact(openOn(client, { port, timeouts, name }), tree, {
          tag: 'latest',
          ...(signal && { signal }),
        });
        const sound = openOn(client, { port: registry.port, name });
        return fingerprint((await pullArtifact(sound, 'latest')).tree);
      },
      [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
    };
  },
};

function openOn(
  client: OciClient,
  { port, timeouts = {}, name = 'org/app' }: { port: number; timeouts?: Timeouts; name?: string },
): OciRepository {
  const options = { insecure: true, retries: RETRIES, timeouts };
  return client.repository(`127.0.0.1:${port}/${name}`, options);
}

function subjectOf(registry: Registry): Promise<Subject>;
function subjectOf(registry: Registry | undefined): Promise<Subject | undefined>;
async function subjectOf(registry: Registry | undefined): Promise<Subject | undefined> {
  if (!registry) return undefined;
  const tree = MemoryTree.from(sampleFiles());
  await using pusher = new OciClient();
  await pushArtifact(openOn(pusher, { port: registry.port }), tree, { tag: 'latest' });
  return {
    server: registry,
    expected: fingerprint(tree),
    codes: ['OCI_CONNECTION_FAILED', 'OCI_TIMEOUT'],
    bytes: 150_000,
    async fetch(port, { timeouts, signal }) {
      await using client = new OciClient();
      const call = signal ? { signal } : {};
      return fingerprint((await pullArtifact(openOn(client, { port, timeouts }), 'latest', call)).tree);
    },
    [Symbol.asyncDispose]: () => registry[Symbol.asyncDispose](),
  };
}
