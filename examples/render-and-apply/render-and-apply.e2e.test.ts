import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Inventory, inventoryRefs } from '@gitops-toolkit/apply';
import { type KubeObject, refString } from '@gitops-toolkit/core';
import { startBinaries, startEmbedded, type TestServer } from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runExample } from '../testing/run-example.ts';

const CHART = {
  'Chart.yaml': '{ apiVersion: v2, name: web, version: 1.0.0 }\n',
  'values.yaml': 'tier: front\nworker: true\n',
  'crds/site.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: sites.example.com }
spec:
  group: example.com
  scope: Cluster
  names: { kind: Site, plural: sites, singular: site }
  versions:
  - name: v1
    served: true
    storage: true
    schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`,
  'templates/all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: {{ .Release.Name }} }
data:
  tier: {{ .Values.tier }}
  upgrade: "{{ .Release.IsUpgrade }}"
  apps: "{{ .Capabilities.APIVersions.Has "apps/v1/Deployment" }}"
---
apiVersion: example.com/v1
kind: Site
metadata: { name: {{ .Release.Name }} }
{{ if .Values.worker }}
---
apiVersion: v1
kind: Service
metadata: { name: worker }
spec: { ports: [{ port: 80 }] }
{{ end }}`,
  'templates/NOTES.txt': 'Look at {{ .Release.Name }}.\n',
};

describe('render-and-apply', () => {
  let server: TestServer;
  let client: KubeClient;
  let folder: string;

  beforeAll(async () => {
    server = await (process.env['TEST_TARGET'] === 'binaries' ? startBinaries() : startEmbedded());
    client = new KubeClient(server.config);
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'render-and-apply-test-'));
    for (const [name, text] of Object.entries(CHART)) await write(name, text);
    await write('../kubeconfig', server.kubeconfig());
    return () => rm(folder, { recursive: true, force: true });
  });

  async function write(name: string, text: string): Promise<void> {
    const file = path.join(folder, 'chart', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async function run(release: string, ...flags: string[]): Promise<{ code: number | null; output: string }> {
    const env = { KUBECONFIG: path.join(folder, 'kubeconfig') };
    const example = runExample('render-and-apply', [release, 'chart', '-n', 'shop', ...flags], env, folder);
    return { code: await example.ended, output: example.output() };
  }

  async function inventoryOf(release: string): Promise<string[]> {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: `inventory-${release}`, namespace: 'shop' };
    const { data } = await client.get<KubeObject & { data: { inventory: string } }>(ref);
    return inventoryRefs(JSON.parse(data.inventory) as Inventory).map(refString);
  }

  it('applies what a chart renders to, and prunes what it does no longer', async () => {
    expect(await run('first')).toEqual({
      code: 0,
      output:
        'ConfigMap/shop/first created\nService/shop/worker created\nSite/first created\nLook at first.\n\n',
    });
    expect(await inventoryOf('first')).toEqual(['ConfigMap/shop/first', 'Service/shop/worker', 'Site/first']);

    await writeFile(path.join(folder, 'values.yaml'), 'worker: false\n');
    expect(await run('first', '-f', 'values.yaml', '--set', 'tier=back')).toEqual({
      code: 0,
      output:
        'ConfigMap/shop/first configured\nSite/first unchanged\nService/shop/worker deleted\nLook at first.\n\n',
    });
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'first', namespace: 'shop' };
    expect(await client.get(ref)).toMatchObject({ data: { tier: 'back', upgrade: 'true', apps: 'true' } });
    expect(await client.find({ ...ref, kind: 'Service', name: 'worker' })).toBeUndefined();
    expect(await inventoryOf('first')).toEqual(['ConfigMap/shop/first', 'Site/first']);
  });

  it('prunes after a run that failed what that run has made', async () => {
    const bad =
      'apiVersion: v1\nkind: Service\nmetadata: { name: bad }\nspec: { ports: [{ port: 99999999 }] }\n';
    await write('templates/bad.yaml', bad);
    const failed = await run('second');
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('Service/shop/bad');
    await rm(path.join(folder, 'chart/templates/bad.yaml'));
    expect((await run('second', '--set', 'worker=false')).code).toBe(0);
    expect(
      await client.find({ apiVersion: 'v1', kind: 'Service', name: 'worker', namespace: 'shop' }),
    ).toBeUndefined();
    expect(await inventoryOf('second')).toEqual(['ConfigMap/shop/second', 'Site/second']);
  });

  it('leaves the cluster alone where the chart does not render', async () => {
    await write('templates/all.yaml', '{{ required "a name is needed" .Values.name }}');
    const { code, output } = await run('third');
    expect(code).toBe(1);
    expect(output).toContain('web/templates/all.yaml:1:3');
    expect(output).toContain('a name is needed');
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', name: 'inventory-third', namespace: 'shop' };
    expect(await client.find(ref)).toBeUndefined();
  });
});
