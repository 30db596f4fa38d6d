// Makes a cluster have what a chart renders to, and nothing more of what it rendered to before:
// `main.ts <release> <chart> [-n <namespace>] [-f values.yaml]… [--set a=b]…`
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as toolkit from '@gitops-toolkit/apply';
import { describeError, type KubeObject, refOf, type Resource } from '@gitops-toolkit/core';
import { DiskTree } from '@gitops-toolkit/core/node';
import { type CapabilitiesInput, loadChart, render, userValues } from '@gitops-toolkit/helm';
import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
import { parseDocuments } from '@gitops-toolkit/yaml';

/** What templates see as `.Capabilities`. */
async function capabilitiesOf(client: KubeClient): Promise<CapabilitiesInput> {
  const { gitVersion } = await client.request<{ gitVersion: string }>('GET', '/version');
  const served = await client.mapper.resources();
  const kinds = served.map((each) => `${each.group && `${each.group}/`}${each.version}/${each.kind}`);
  return {
    kubeVersion: gitVersion,
    apiVersions: kinds.flatMap((kind) => [kind, kind.replace(/\/\w+$/, '')]),
  };
}

function objectsOf(files: readonly { path: string; content: string }[]): KubeObject[] {
  return files
    .flatMap(({ path, content }) => parseDocuments(content, { dialect: 'yaml11', file: path }))
    .flatMap(({ value }) => (value === null ? [] : [value as KubeObject]));
}

/** An object without a namespace belongs in that of the release, where its kind has namespaces. */
async function place(client: KubeClient, object: KubeObject, namespace: string): Promise<Resource> {
  const isPlaced = object.metadata.namespace || !(await client.mapping(object)).namespaced;
  return { object: isPlaced ? object : { ...object, metadata: { ...object.metadata, namespace } } };
}

const list = { type: 'string', multiple: true, default: [] as string[] } as const;
const namespaceFlag = { type: 'string', short: 'n', default: 'default' } as const;
const options = { namespace: namespaceFlag, values: { ...list, short: 'f' }, set: list };
try {
  const { values: flags, positionals } = parseArgs({ allowPositionals: true, options });
  const [name, path] = positionals;
  if (name === undefined || path === undefined) throw new Error('usage: main.ts <release> <chart> [flags]');
  const { namespace, set } = flags;
  const fieldManager = 'render-and-apply';
  const owner = { fieldManager, group: 'render-and-apply.example.com', name, namespace };
  await using client = new KubeClient(await loadKubeconfig());
  const record = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `inventory-${name}`, namespace } };
  const recorded = await client.find<KubeObject & { data: { inventory: string } }>(refOf(record));
  const before = JSON.parse(recorded?.data.inventory ?? '{"entries":[]}') as toolkit.Inventory;
  const remember = (inventory: toolkit.Inventory) =>
    client.apply({ ...record, data: { inventory: JSON.stringify(inventory) } }, { fieldManager });

  const chart = await loadChart(statSync(path).isFile() ? readFileSync(path) : new DiskTree(path));
  const files = flags.values.map((file) => ({ name: file, text: readFileSync(file, 'utf8') }));
  const release = { name, namespace, isUpgrade: recorded !== undefined };
  const values = userValues({ files, set }, 'v4');
  const result = render(chart, { release, values, capabilities: await capabilitiesOf(client) });

  // Definitions come first, and stay: with them would go all objects of their kinds, whoever made them.
  const definitions = objectsOf(result.crds).map((object) => ({ object }));
  await toolkit.applyResources(client, definitions, { owner });
  const objects = objectsOf(result.manifests);
  const wanted = await Promise.all(objects.map((object) => place(client, object, namespace)));
  // What is about to be made is written down before: whatever happens, the next run knows of it.
  const refs = wanted.map(({ object }) => refOf(object));
  await remember(toolkit.addToInventory(before, refs));
  const applied = await toolkit.applyResources(client, wanted, { owner, inventory: before });
  const after = toolkit.createInventory(applied);
  const pruned = await toolkit.pruneObjects(client, toolkit.inventoryDifference(before, after), { owner });
  await remember(after);
  const lines = [applied, pruned].map(toolkit.formatChangeSet);
  console.log([...lines, result.notes].filter((line) => line !== '').join('\n'));
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
