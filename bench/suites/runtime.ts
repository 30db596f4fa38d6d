import { readFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  ourPrograms,
  peerPrograms,
  type Programs,
  RunningProgram,
  runToEnd,
} from '../../tools/controller-runtime/programs.ts';
import type { Benchmark, Comparison, Sample, Side } from '../benchmark.ts';
import { notesOn, packageEntries } from '../package-entries.ts';
import { median } from '../report.ts';
import { TemporaryFolder } from '../temporary-folder.ts';
import { Load } from './runtime/load.ts';
import { configMaps, deployments, type LoadKind } from './runtime/objects.ts';

const DEFAULT_SIZE = 10_000;
const SPREAD_WRITES = 300;
const PAUSE_MS = 10;

/** Caches and controllers beside the same on controller-runtime, against one real API server. */
export const bench: Benchmark = {
  name: 'runtime',
  rounds: 5,
  options: { n: { type: 'string' }, only: { type: 'string' } },
  async *comparisons({ n, only = '' }) {
    const size = Number(n ?? DEFAULT_SIZE);
    if (!(size >= 1)) throw new Error(`--n takes a number from 1, not ${n}`);
    if (!process.env['KUBEBUILDER_ASSETS']) throw new Error('KUBEBUILDER_ASSETS names no API server');
    using temporary = new TemporaryFolder();
    const entries = packageEntries(['core', 'patch', 'kube', 'runtime']);
    const ours = ourPrograms(entries, temporary);
    const peer = peerPrograms(temporary);
    const notes = [...notesOn(entries), ...(peer ? [] : ['there is no go on PATH: ours alone'])];
    const sides = (of: (name: string, programs: Programs) => Side): Pick<Comparison, 'ours' | 'peer'> => ({
      ours: [of('ours', ours)],
      ...(peer && { peer: of('controller-runtime', peer) }),
    });
    for (const kind of [configMaps, deployments]) {
      if (!kind.kind.toLowerCase().includes(only)) continue;
      await using load = await Load.start(kind, size, temporary);
      yield* measureKind(kind, { size, load, temporary, notes, sides });
    }
  },
};

interface World {
  readonly size: number;
  readonly load: Load;
  readonly temporary: TemporaryFolder;
  readonly notes: readonly string[];
  readonly sides: (of: (name: string, programs: Programs) => Side) => Pick<Comparison, 'ours' | 'peer'>;
}

async function* measureKind({ kind }: LoadKind, world: World): AsyncGenerator<Comparison> {
  const { size, load, temporary, sides } = world;
  const bytes = await load.jsonBytes();
  const notes = [
    `an object is ${Math.round(bytes.sent)} bytes of JSON, ${Math.round(bytes.kept)} without managedFields, which neither keeps`,
    ...world.notes,
  ];
  yield {
    title: `${size} ${kind}s into a cache`,
    notes,
    ...sides((name, programs) => ({
      name,
      measure: () => measureCache(programs, { load, temporary, keptBytes: bytes.kept }),
    })),
  };
  yield {
    title: `a change of each of ${size} ${kind}s, all at once`,
    notes,
    ...sides((name, programs) => ({ name, measure: () => measureFlood(programs, load, size) })),
  };
  yield {
    title: `${SPREAD_WRITES} changes of ${kind}s, one after the other`,
    notes: [...notes, 'from the moment before the write to the run'],
    ...sides((name, programs) => ({ name, measure: () => measureDelay(programs, load, size) })),
  };
}

async function measureCache(
  programs: Programs,
  world: { readonly load: Load; readonly temporary: TemporaryFolder; readonly keptBytes: number },
): Promise<Sample> {
  const { load, temporary, keptBytes } = world;
  const { usage, outputFile } = await runToEnd(programs('cache', load.place), temporary);
  const { seconds, bytesEach } = JSON.parse(readFileSync(outputFile, 'utf8')) as Record<string, number>;
  return {
    ...usage,
    ...(seconds !== undefined && { seconds }),
    ...(bytesEach !== undefined && { bytesEach, timesJson: bytesEach / keptBytes }),
  };
}

interface Runs {
  /** When runs began: microseconds since 1970. */
  readonly at: number[] | null;
  /** From the write of what a run saw to the run: microseconds. */
  readonly delays: number[] | null;
  readonly cpuSeconds: number;
}

/** All changes wait, in the buffers of the connection and in the server, when the program gets its time back. */
async function measureFlood(programs: Programs, load: Load, size: number): Promise<Sample> {
  await using program = new RunningProgram(programs, 'follow', load.place);
  const { cpuSeconds: before } = await takeRuns(program, size);
  program.pause();
  await load.writeToAll();
  program.resume();
  const { at, cpuSeconds } = await takeRuns(program, size);
  const span = Math.max(...at) - Math.min(...at);
  return {
    perSecond: (at.length - 1) / (span / 1e6),
    cpuMicrosecondsEach: ((cpuSeconds - before) / size) * 1e6,
  };
}

async function measureDelay(programs: Programs, load: Load, size: number): Promise<Sample> {
  await using program = new RunningProgram(programs, 'follow', load.place);
  await takeRuns(program, size);
  await load.writeNowAndThen(SPREAD_WRITES, PAUSE_MS);
  const delays = (await takeRuns(program, SPREAD_WRITES)).delays.toSorted((a, b) => a - b);
  return { medianMs: median(delays) / 1000, p99Ms: (delays[Math.floor(delays.length * 0.99)] ?? 0) / 1000 };
}

/** The runs since the last time, once there were as many as were to be. */
async function takeRuns(
  program: RunningProgram,
  count: number,
): Promise<{ readonly at: number[]; readonly delays: number[]; readonly cpuSeconds: number }> {
  const at: number[] = [];
  const delays: number[] = [];
  for (;;) {
    await sleep(500);
    const runs = await program.ask<Runs>();
    for (const each of runs.at ?? []) at.push(each);
    for (const each of runs.delays ?? []) delays.push(each);
    if (at.length >= count) return { at, delays, cpuSeconds: runs.cpuSeconds };
  }
}
