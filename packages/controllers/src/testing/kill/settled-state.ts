import { type KubeObject, sleep } from '@gitops-toolkit/core';
import { conditions } from '@gitops-toolkit/runtime';
import { comparable, comparableStatus, readObjects } from './cluster-state.ts';
import type { Files } from './commits.ts';
import type { LastingLine } from './lasting-line.ts';
import type { Life } from './life.ts';

/** All that is in the cluster when there is nothing left to do. */
export interface SettledState {
  readonly objects: Record<string, unknown>;
  readonly source: unknown;
  readonly kustomization: unknown;
}

const PATIENCE_MS = 60_000;

/** Waits until the newest commit is applied, or the controllers are dead; gives whether it is applied. */
export async function untilApplied(line: LastingLine, life: Life): Promise<boolean> {
  return until(life, async () => {
    const [source, kustomization] = await Promise.all([line.source(), line.kustomization()]);
    return (
      isAt(source, source?.status?.artifact?.revision, line.head) &&
      isAt(kustomization, kustomization?.status?.lastAppliedRevision, line.head)
    );
  });
}

/** Waits until both objects are gone, or the controllers are dead; gives whether they are gone. */
export async function untilGone(line: LastingLine, life: Life): Promise<boolean> {
  return until(
    life,
    async () => (await line.source()) === undefined && (await line.kustomization()) === undefined,
  );
}

function isAt(object: KubeObject | undefined, revision: string | undefined, commit: string): boolean {
  return (
    object !== undefined &&
    object.metadata.deletionTimestamp === undefined &&
    conditions.isReady(object) &&
    !conditions.isTrue(object, 'Reconciling') &&
    revision?.endsWith(commit) === true
  );
}

async function until(life: Life, isDone: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!life.isDead) {
    if (await isDone()) return true;
    if (performance.now() > deadline) throw new Error(`never settled:\n${await recentMoments(life)}`);
    await Promise.race([sleep(10), life.death]);
  }
  await life.death;
  return false;
}

async function recentMoments(life: Life): Promise<string> {
  const moments = await life.moments();
  return moments
    .slice(-40)
    .map(({ step, what }) => `${step} ${what}`)
    .join('\n');
}

/** The state of the cluster, to be compared with that of another. */
export async function readState(line: LastingLine): Promise<SettledState> {
  const [source, kustomization] = await Promise.all([line.source(), line.kustomization()]);
  return {
    objects: comparable(await untilNothingEnds(line)),
    source: source && comparableStatus(source, line.head),
    kustomization: kustomization && comparableStatus(kustomization, line.head),
  };
}

/** A definition takes its time to go. */
async function untilNothingEnds(line: LastingLine): Promise<KubeObject[]> {
  for (;;) {
    const objects = await readObjects(line.client);
    if (!objects.some(({ metadata }) => metadata.deletionTimestamp)) return objects;
    await sleep(20);
  }
}

/** Applies one commit after the other by controllers that nobody kills; gives the state after each. */
export async function statesWithoutKills(
  line: LastingLine,
  commits: readonly Files[],
): Promise<SettledState[]> {
  const states: SettledState[] = [];
  await line.deploy();
  const life = await line.begin();
  for (const files of commits) {
    await line.push(files);
    await untilApplied(line, life);
    states.push(await readState(line));
  }
  return states;
}
