// Runs the same controller on our runtime and on controller-runtime, against one real API server and the same churn,
// and compares: the final state is the same, and no run saw an older state after a newer one.
//
//   KUBEBUILDER_ASSETS=<folder> npm run -s compare-controllers -- [--steps 500] [--seeds 1] [--first 1]
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { packageEntries } from '../bench/package-entries.ts';
import { TemporaryFolder } from '../bench/temporary-folder.ts';
import { startBinaries } from '../packages/envtest/src/index.ts';
import { KubeClient } from '../packages/kube/src/index.ts';
import { Churn, settledState, stateOf } from './compare-controllers/churn.ts';
import { ourPrograms, peerPrograms, type Programs, RunningProgram } from './controller-runtime/programs.ts';
import { findOutOfOrder, type Sight } from './controller-runtime/sights.ts';

/** After this a controller that has not brought the world in order will not do it any more. */
const PATIENCE_MS = 60_000;

interface Outcome {
  readonly state: readonly string[];
  readonly wanted: readonly string[];
  readonly sights: readonly Sight[];
}

interface World {
  readonly client: KubeClient;
  readonly kubeconfig: string;
  readonly seed: number;
  readonly steps: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { steps: { type: 'string' }, seeds: { type: 'string' }, first: { type: 'string' } },
  });
  const [steps, seeds, first] = [values.steps ?? 500, values.seeds ?? 1, values.first ?? 1].map(Number) as [
    number,
    number,
    number,
  ];
  using temporary = new TemporaryFolder();
  const peer = peerPrograms(temporary);
  if (!peer) throw new Error('there is no go on PATH');
  const ours = ourPrograms(packageEntries(['core', 'patch', 'kube', 'runtime']), temporary);
  await using server = await startBinaries();
  const kubeconfig = temporary.join('kubeconfig.yaml');
  writeFileSync(kubeconfig, server.kubeconfig());
  await using client = new KubeClient(server.config);
  let problems = 0;
  for (let seed = first; seed < first + seeds; seed++) {
    const world = { client, kubeconfig, seed, steps };
    problems += report(seed, { ours: await run('ours', ours, world), peer: await run('peer', peer, world) });
  }
  process.exitCode = problems === 0 ? 0 : 1;
}

async function run(side: string, programs: Programs, world: World): Promise<Outcome> {
  const { client, kubeconfig, seed, steps } = world;
  const namespace = `${side}-${seed}`;
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await using program = new RunningProgram(programs, 'copy', {
    kubeconfig,
    namespace,
    apiVersion: 'v1',
    kind: 'ConfigMap',
  });
  const churn = new Churn({ client, namespace, seed });
  await churn.waitForController();
  for (let step = 0; step < steps; step++) await churn.step();
  const wanted = settledState(churn.sources);
  let state = await stateOf(client, namespace);
  for (const end = Date.now() + PATIENCE_MS; !isDeepStrictEqual(state, wanted) && Date.now() < end;) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    state = await stateOf(client, namespace);
  }
  return { state, wanted, sights: await program.ask<Sight[]>() };
}

function report(seed: number, { ours, peer }: { ours: Outcome; peer: Outcome }): number {
  const problems = [
    ...differences('ours is not as it should be', ours.state, ours.wanted),
    ...differences("the peer's is not as it should be", peer.state, peer.wanted),
    ...differences('ours is not the same', ours.state, peer.state),
    ...findOutOfOrder(ours.sights).map((line) => `ours: ${line}`),
    ...findOutOfOrder(peer.sights).map((line) => `peer: ${line}`),
  ];
  const runs = `${ours.sights.length} runs of ours, ${peer.sights.length} of the peer`;
  console.log(`seed ${seed}: ${ours.state.length} objects in the end, ${runs}, ${problems.length} problems`);
  for (const problem of problems) console.log(`  ${problem}`);
  return problems.length;
}

function differences(what: string, one: readonly string[], other: readonly string[]): string[] {
  const [ones, others] = [new Set(one), new Set(other)];
  return [
    ...one.filter((line) => !others.has(line)).map((line) => `${what}: it has ${line}`),
    ...other.filter((line) => !ones.has(line)).map((line) => `${what}: it lacks ${line}`),
  ];
}

await main();
