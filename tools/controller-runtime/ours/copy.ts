// Ours of copy.go: copy.ts <kubeconfig> <namespace> <apiVersion> <kind> <URL of kube> <URL of runtime>
import { isDeepStrictEqual } from 'node:util';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type * as Kube from '../../../packages/kube/src/index.ts';
import type * as Runtime from '../../../packages/runtime/src/index.ts';
import type { Sight } from '../sights.ts';

const [path = '', namespace = '', apiVersion = '', kindName = '', kubeUrl = '', runtimeUrl = ''] =
  process.argv.slice(2);
const { isNotFound, KubeClient, loadKubeconfig } = (await import(kubeUrl)) as typeof Kube;
const { controller, kindOf, manager } = (await import(runtimeUrl)) as typeof Runtime;

type KubeObject = Runtime.ObjectChange['object'];
type ConfigMap = KubeObject & { data?: Record<string, string> };
const kind = kindOf<ConfigMap>(apiVersion, kindName);
const sourceLabel = 'example.com/source';
const finalizer = 'example.com/copy';
let sights: Sight[] = [];

const copier = controller(kind, async (source, { cache, client, signal }) => {
  const { name = '', uid = '', resourceVersion = '', deletionTimestamp, finalizers = [] } = source.metadata;
  const deleting = deletionTimestamp !== undefined;
  sights.push({ name, uid, version: resourceVersion, value: source.data?.['value'] ?? '', deleting });
  const copy = copyOf(source);
  if (deleting) {
    await client.delete({ ...kind, namespace, name: copy.metadata.name ?? '' }, { signal }).catch(unlessGone);
    if (!finalizers.includes(finalizer)) return;
    source.metadata.finalizers = finalizers.filter((each) => each !== finalizer);
    await client.update(source, { signal }).catch(unlessGone);
    return;
  }
  if (!finalizers.includes(finalizer)) {
    source.metadata.finalizers = [...finalizers, finalizer];
    await client.update(source, { signal });
  }
  const found = cache.get(kind, { namespace, name: copy.metadata.name ?? '' });
  if (!found) {
    await client.create(copy, { signal });
  } else if (!isDeepStrictEqual(stateOf(found), stateOf(copy))) {
    const { ownerReferences = [] } = copy.metadata;
    const data = copy.data ?? {};
    await client.update({ ...found, data, metadata: { ...found.metadata, ownerReferences } }, { signal });
  }
})
  .when(({ object }) => object.metadata.labels?.[sourceLabel] === 'true')
  .owns(kind)
  .concurrency(4)
  // As controller-runtime waits; ours are Flux's.
  .retries({ minDelayMs: 5, maxDelayMs: 1_000_000 });

function copyOf(source: ConfigMap): ConfigMap {
  const { name = '', uid = '' } = source.metadata;
  const owner = { apiVersion, kind: kindName, name, uid, controller: true, blockOwnerDeletion: true };
  return {
    apiVersion,
    kind: kindName,
    metadata: { namespace, name: `${name}.copy`, ownerReferences: [owner] },
    ...(source.data && { data: source.data }),
  };
}

function stateOf({ data, metadata }: ConfigMap): unknown {
  return { data, ownerReferences: metadata.ownerReferences };
}

function unlessGone(error: unknown): void {
  if (!isNotFound(error)) throw error;
}

const client = new KubeClient(await loadKubeconfig({ path }));
const stop = new AbortController();
const running = manager({
  name: 'copy',
  client,
  namespaces: [namespace],
  controllers: [copier],
}).run(stop.signal);
for await (const _ of createInterface(process.stdin)) {
  console.log(JSON.stringify(sights));
  sights = [];
}
stop.abort();
await running;
await client[Symbol.asyncDispose]();
