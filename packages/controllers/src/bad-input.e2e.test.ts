import type { Kustomization } from '@gitops-toolkit/api';
import type { KubeObject, ObjectRef } from '@gitops-toolkit/core';
import { conditions } from '@gitops-toolkit/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Line } from './testing/line.ts';

const service = (port: number) =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports: [{port: ${port}}]\n`;
const banner = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: banner}\ndata: {text: hello}\n';
const good = {
  'kustomization.yaml': 'namespace: default\nresources: [web.yaml, banner.yaml]\n',
  'web.yaml': service(80),
};
/** The banner is no longer wanted: pruning it would be a mistake as long as the rest is broken. */
const withoutBanner = 'namespace: default\nresources: [web.yaml]\n';

/** The source looks for commits by itself. */
const GIT = { interval: '1s', timeout: '1s' };
const credentials = { username: 'flux', password: 'right-password' };

let line: Line;

/** One for each group: an object may have 25 events in a short time, and is silent then. */
async function startLine(): Promise<void> {
  line = await Line.start({ files: { ...good, 'banner.yaml': banner }, auth: credentials });
  await line.client.create(secretWith(credentials.password));
  // No second try is needed where a commit mends it.
  await line.deploy({ git: { ...GIT, secretRef: { name: 'git' } }, kustomization: { retryInterval: '1h' } });
  await line.untilApplied();
}

const stopLine = () => line?.[Symbol.asyncDispose]();

function secretWith(password: string): KubeObject {
  const metadata = { name: 'git', namespace: 'default' };
  const data = { username: credentials.username, password };
  return { apiVersion: 'v1', kind: 'Secret', metadata, stringData: data };
}

interface Snapshot {
  readonly objects: readonly (KubeObject | undefined)[];
  readonly inventory: unknown;
  readonly artifact: unknown;
}

/** All that a failure must leave as it is. */
async function snapshot(): Promise<Snapshot> {
  const refs: ObjectRef[] = [line.ref('Service', 'web'), line.ref('ConfigMap', 'banner')];
  const [kustomization, source, ...objects] = await Promise.all(
    [line.ref('Kustomization'), line.ref('GitRepository'), ...refs].map((ref) => line.client.find(ref)),
  );
  expect(objects.every((object) => object !== undefined)).toBe(true);
  const { inventory } = (kustomization as Kustomization | undefined)?.status ?? {};
  const { artifact } = (source?.['status'] ?? {}) as { artifact?: unknown };
  return { objects, inventory, artifact };
}

/** Waits until a condition and a warning say all of the texts; gives the message. */
async function untilTold(
  kind: 'GitRepository' | 'Kustomization',
  reason: string,
  texts: readonly (RegExp | string)[],
): Promise<string> {
  const matches = (message: string) =>
    texts.every((text) => (typeof text === 'string' ? message.includes(text) : text.test(message)));
  const failed = await line.until(line.ref(kind), (object) => {
    const ready = conditions.get(object, 'Ready');
    return ready?.status === 'False' && ready.reason === reason && matches(ready.message);
  });
  await expect
    .poll(async () =>
      (await line.events(kind)).some(
        (event) => event.type === 'Warning' && event.reason === reason && matches(event.message),
      ),
    )
    .toBe(true);
  return conditions.messageOf(failed, 'Ready') ?? '';
}

describe('bad input in the repository is shown with its place, changes nothing, and mends by itself', () => {
  beforeAll(startLine);
  afterAll(stopLine);

  const cases: readonly [
    title: string,
    broken: Record<string, string>,
    texts: readonly (RegExp | string)[],
  ][] = [
    [
      'a broken kustomization',
      { 'kustomization.yaml': 'resources:\n- web.yaml\n  - banner.yaml: {\n' },
      [/kustomization\.yaml:3:\d+/],
    ],
    [
      'an unknown field of a base',
      {
        'kustomization.yaml': withoutBanner.replace('web.yaml', 'web.yaml, base'),
        'base/kustomization.yaml': 'resources: []\nressources: [a.yaml]\n',
      },
      ['unknown field "ressources"', /base\/kustomization\.yaml:2:1/],
    ],
    [
      'YAML with a tab',
      {
        'kustomization.yaml': withoutBanner,
        'web.yaml': 'apiVersion: v1\nkind: Service\nmetadata:\n\tname: web\n',
      },
      [/web\.yaml:4:1/, 'tab'],
    ],
    [
      'a missing resource',
      { 'kustomization.yaml': 'namespace: default\nresources:\n- web.yaml\n- gone.yaml\n' },
      ['gone.yaml', /kustomization\.yaml:4:\d+/],
    ],
    [
      'a patch without a target',
      {
        'kustomization.yaml': `${withoutBanner}patches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: nobody}\n    spec: {replicas: 3}\n`,
      },
      ['no matches for Id Deployment', /kustomization\.yaml:\d+:\d+/],
    ],
  ];

  it.each(cases)('%s', async (_title, broken, texts) => {
    const before = await snapshot();
    line.repository.commit({ files: broken });
    await untilTold('Kustomization', 'BuildFailed', texts);
    const { artifact: _newer, ...kept } = await snapshot();
    expect(kept).toEqual({ objects: before.objects, inventory: before.inventory });

    line.repository.commit({ files: good, delete: ['base'] });
    await line.untilApplied();
    expect(await snapshot()).toMatchObject({ objects: before.objects, inventory: before.inventory });
  });
});

describe('a remote that fails is quoted, changes nothing, and mends by itself', () => {
  beforeAll(startLine);
  afterAll(stopLine);

  const setSpec = (spec: Record<string, unknown>) =>
    line.client.patch(line.ref('GitRepository'), { type: 'merge', body: { spec } });
  const setPassword = (password: string) =>
    line.client.patch(line.ref('Secret', 'git'), { type: 'merge', body: { stringData: { password } } });

  const untilAppliedFrom = (branch: string) =>
    line.until<Kustomization>(
      line.ref('Kustomization'),
      ({ status }) => status?.lastAppliedRevision?.startsWith(`${branch}@`) ?? false,
    );

  it('a wrong branch', async () => {
    const before = await snapshot();
    await setSpec({ ref: { branch: 'next' } });
    await untilTold('GitRepository', 'GitOperationFailed', ['has no branch "next"', 'There is main.']);
    expect(await snapshot()).toEqual(before);

    // The branch is made after all.
    line.repository.branch('next');
    await untilAppliedFrom('next');
    await setSpec({ ref: { branch: 'main' } });
    await untilAppliedFrom('main');
  });

  it('a wrong password, which nobody gets to read', async () => {
    const before = await snapshot();
    await setPassword('wrong-password');
    // The git server's own words.
    const message = await untilTold('GitRepository', 'GitOperationFailed', ['401', 'who are you?']);
    expect(await snapshot()).toEqual(before);
    const told = JSON.stringify([
      message,
      await line.events('GitRepository'),
      await line.client.get(line.ref('GitRepository')),
    ]);
    for (const password of ['wrong-password', credentials.password]) expect(told).not.toContain(password);

    await setPassword(credentials.password);
    await line.until(line.ref('GitRepository'), conditions.isReady);
  });

  it.each(['always', 'upload-pack', 'pack'] as const)('a server that stalls (%s)', async (stall) => {
    line.git.setFaults({ stall });
    const before = await snapshot();
    line.repository.commit({ files: { 'web.yaml': service(8080) } });
    await untilTold('GitRepository', 'GitOperationFailed', [/tim(ed|e) ?out|no answer|silent|within/i]);
    expect(await snapshot()).toEqual(before);

    line.git.setFaults();
    await line.untilApplied();
    const { spec } = (await line.client.get(line.ref('Service', 'web'))) as unknown as {
      spec: { ports: unknown[] };
    };
    expect(spec.ports).toMatchObject([{ port: 8080 }]);
    line.repository.commit({ files: good });
    await line.untilApplied();
  });

  it('a server that answers with an error', async () => {
    line.git.setFaults({ status: 503, message: 'down for maintenance until noon' });
    const before = await snapshot();
    line.repository.commit({ files: { 'web.yaml': service(8080) } });
    await untilTold('GitRepository', 'GitOperationFailed', ['503', 'down for maintenance until noon']);
    expect(await snapshot()).toEqual(before);
    line.git.setFaults();
    line.repository.commit({ files: good });
    await line.untilApplied();
  });
});
