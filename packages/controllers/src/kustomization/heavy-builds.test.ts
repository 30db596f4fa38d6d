import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { freePorts } from '@gitops-toolkit/envtest/servers';
import { conditions } from '@gitops-toolkit/runtime';
import { describe, expect, it } from 'vitest';
import { Line, type LineOptions } from '../testing/line.ts';
import { MainThreadWatch } from '../testing/main-thread.ts';

/** So much longer than usual may the main thread be at one piece of work, as the design promises. */
const MAX_DELAY_MS = 50;

const small =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: small, namespace: default}\ndata: {text: "${TEXT}"}\n';

/** Thousands of objects that go through ninety overlays, each of which touches all of them. */
function manyOverlays(folder: string): Record<string, string> {
  const files: Record<string, string> = {};
  const last = 89;
  for (let level = 0; level <= last; level++) {
    const here = level === 0 ? folder : `${folder}/${level}`;
    const below = level === 0 ? '1' : `../${level + 1}`;
    const resources = level < last ? below : 'all.yaml';
    files[`${here}/kustomization.yaml`] =
      `commonLabels: {level-${level}: a}\nnameSuffix: -a\nresources: [${resources}]\n`;
  }
  const objects = Array.from(
    { length: 4000 },
    (_, n) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${n}, namespace: default}\ndata: {a: b}\n`,
  );
  files[`${folder}/${last}/all.yaml`] = objects.join('---\n');
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
  ...manyOverlays('endless'),
};

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

/** What else there is to do for the controllers, over and over until the heavy one is done; how often. */
async function workMeanwhile(line: Line, port: number, heavy: Promise<unknown>): Promise<number> {
  const done = heavy.then(() => true);
  for (let round = 1; ; round++) {
    await runSmall(line, `v${round}`);
    expect(await probe(port)).toBe(200);
    if (await Promise.race([done, sleep(300).then(() => false)])) return round;
  }
}

describe('a heavy build', () => {
  it('of a thousand objects lets nothing wait', { timeout: 180_000 }, async () => {
    const [port = 0] = await freePorts(1);
    await using line = await startLine(port);
    using watch = new MainThreadWatch();
    await runSmall(line, 'first');
    const usual = watch.takeLongestMs();
    await createKustomization(line, 'thousand');
    const ref = line.ref('Kustomization', 'thousand');
    await workMeanwhile(line, port, line.until(ref, conditions.isReady, 150_000));
    expect(watch.takeLongestMs() - usual).toBeLessThan(MAX_DELAY_MS);
  });

  it(
    'that would take ten seconds delays nothing, and ends at its time with a reason',
    { timeout: 180_000 },
    async () => {
      const [port = 0] = await freePorts(1);
      await using line = await startLine(port, { buildBudget: { timeoutMs: 9000 } });
      using watch = new MainThreadWatch();
      await runSmall(line, 'first');
      const usual = watch.takeLongestMs();
      const renewed = await renewTime(line);
      await createKustomization(line, 'endless');
      const ref = line.ref('Kustomization', 'endless');
      const ended = line.until(
        ref,
        (object) => conditions.reasonOf(object, 'Ready') === 'BuildFailed',
        90_000,
      );
      const rounds = await workMeanwhile(line, port, ended);
      // All but the last, at least, were over before it was.
      expect(rounds).toBeGreaterThan(1);
      expect(await renewTime(line)).not.toBe(renewed);
      expect(conditions.messageOf(await ended, 'Ready')).toContain(
        'the build took longer than 9 s and was ended',
      );
      expect(watch.takeLongestMs() - usual).toBeLessThan(MAX_DELAY_MS);
    },
  );
});
