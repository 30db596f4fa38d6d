import { createServer } from 'node:net';
import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { conditions } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { Line, type LineOptions } from '../testing/line.ts';
import { MainThreadWatch } from '../testing/main-thread.ts';

/** So much longer than usual may the main thread be at one piece of work, as the design promises. */
const MAX_DELAY_MS = 50;

const small =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: small, namespace: default}\ndata: {text: "${TEXT}"}\n';

/** Bases that include two others each: beyond twelve levels nobody waits for the end. */
function doublingBases(folder: string, levels: number): Record<string, string> {
  const files: Record<string, string> = { [`${folder}/kustomization.yaml`]: 'resources: [1/a, 1/b]\n' };
  for (let level = 1; level <= levels; level++) {
    const below = ['a', 'b'].map((side) => `../../${level + 1}/${side}`).join(', ');
    for (const side of ['a', 'b']) {
      const here = `${folder}/${level}/${side}`;
      const resources = level < levels ? below : 'all.yaml';
      files[`${here}/kustomization.yaml`] = `nameSuffix: -${side}\nresources: [${resources}]\n`;
    }
  }
  const object = (n: number) =>
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${n}, namespace: default}\ndata: {a: b}\n`;
  for (const side of ['a', 'b'])
    files[`${folder}/${levels}/${side}/all.yaml`] = Array.from({ length: 60 }, (_, n) => object(n)).join(
      '---\n',
    );
  return files;
}

const generators = Array.from({ length: 1000 }, (_, n) => {
  const literals = Array.from(
    { length: 10 },
    (_v, key) => `KEY_${key}=value ${n} of ${key} ${'x'.repeat(80)}`,
  );
  return { name: `generated-${n}`, namespace: 'default', literals };
});

const files: Record<string, string> = {
  'small/a.yaml': small,
  'thousand/kustomization.yaml': JSON.stringify({ configMapGenerator: generators }),
  ...doublingBases('endless', 10),
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The line with one small Kustomization that is ready, and everything that a heavy one could delay. */
async function startLine(port: number, options: Omit<LineOptions, 'files'> = {}): Promise<Line> {
  const leaderElection = {
    namespace: 'default',
    leaseDurationMs: 3000,
    renewDeadlineMs: 2000,
    retryPeriodMs: 100,
  };
  const line = await Line.start({
    files,
    manager: { leaderElection, health: { port, host: '127.0.0.1' } },
    ...options,
  });
  await line.deploy({ kustomization: { path: './small', postBuild: { substitute: { TEXT: 'v0' } } } });
  await line.untilReady('Kustomization', 'True');
  return line;
}

const probe = async (port: number) => (await fetch(`http://127.0.0.1:${port}/healthz`)).status;

const createKustomization = (line: Line, name: string) =>
  line.client.create({
    apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
    kind: 'Kustomization',
    metadata: { name, namespace: 'default' },
    spec: {
      interval: '1h',
      path: `./${name}`,
      prune: true,
      sourceRef: { kind: 'GitRepository', name: 'app' },
    },
  });

/** Changes the small Kustomization, and waits until that is applied: a build of it, and all else of a run. */
async function runSmall(line: Line, text: string): Promise<void> {
  const body = { spec: { postBuild: { substitute: { TEXT: text } } } };
  await line.client.patch(line.ref('Kustomization'), { type: 'merge', body });
  await line.until(line.ref('ConfigMap', 'small'), (object) => textOf(object) === text);
  await line.untilReady('Kustomization', 'True');
}

const textOf = (object: KubeObject) => (object['data'] as { text?: string }).text;

async function renewTime(line: Line): Promise<string> {
  const lease = await line.client.get({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    namespace: 'default',
    name: 'line-leader-election',
  });
  return (lease['spec'] as { renewTime: string }).renewTime;
}

describe('a heavy build', () => {
  it('of a thousand objects lets nothing wait', async () => {
    const port = await freePort();
    await using line = await startLine(port);
    using watch = new MainThreadWatch();
    await runSmall(line, 'v1');
    const usual = watch.takeLongestMs();
    await createKustomization(line, 'thousand');
    let probes = 0;
    const ready = line.until(line.ref('Kustomization', 'thousand'), (object) => conditions.isReady(object));
    const done = ready.then(() => true);
    for (let i = 2; !(await Promise.race([done, sleep(20).then(() => false)])); i++) {
      expect(await probe(port)).toBe(200);
      await runSmall(line, `v${i}`);
      probes++;
    }
    expect(probes).toBeGreaterThan(0);
    expect(watch.takeLongestMs() - usual).toBeLessThan(MAX_DELAY_MS);
  });

  it('that would take ten seconds delays nothing, and ends at its time with a reason', async () => {
    const port = await freePort();
    await using line = await startLine(port, { buildBudget: { timeoutMs: 4000 } });
    using watch = new MainThreadWatch();
    await runSmall(line, 'v1');
    const usual = watch.takeLongestMs();
    await createKustomization(line, 'endless');
    const ref = line.ref('Kustomization', 'endless');
    await line.until(ref, (object) => conditions.reasonOf(object, 'Ready') === 'Progressing');
    const renewed = await renewTime(line);
    for (const text of ['v2', 'v3', 'v4']) {
      await runSmall(line, text);
      expect(await probe(port)).toBe(200);
    }
    expect(await renewTime(line)).not.toBe(renewed);
    expect(conditions.reasonOf(await line.client.get(ref), 'Ready')).toBe('Progressing');

    const failed = await line.until(ref, (object) => conditions.reasonOf(object, 'Ready') === 'BuildFailed');
    expect(conditions.messageOf(failed, 'Ready')).toContain('the build took longer than 4 s and was ended');
    expect(watch.takeLongestMs() - usual).toBeLessThan(MAX_DELAY_MS);
  });
});
