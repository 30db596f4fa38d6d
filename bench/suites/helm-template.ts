import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { HelmCommand } from '../../conformance/helm-command.ts';
import { type Chart, loadChart, RenderCache } from '../../packages/helm/src/index.ts';
import type { Benchmark, Comparison, Sample, Side } from '../benchmark.ts';
import { findProgram, measureProgram } from '../measure-program.ts';
import { notesOn, packageEntries, type PackageEntries } from '../package-entries.ts';
import { TemporaryFolder } from '../temporary-folder.ts';

/** The heaviest of the corpus. */
const CASES = [
  'open-telemetry__opentelemetry-demo/cases/toggles',
  'cloudnative-pg__cloudnative-pg/cases/toggles',
  'cert-manager__cert-manager/cases/toggles-ok',
  'grafana-community__loki/cases/ci-default-monolithic-filesystem-values',
  'grafana-community__tempo-distributed/cases/ci-kafka-ingest-values',
];
const WARM_UP = { millis: 1000, renders: 20 };
const DIALECT = 'v3';

interface CorpusCase {
  readonly title: string;
  readonly folder: string;
  readonly args: readonly string[];
  readonly command: HelmCommand;
}

/** Ours in a process that lives on, and as a program, against the program `helm template`. */
export const bench: Benchmark = {
  name: 'helm-template',
  options: { corpus: { type: 'string' }, only: { type: 'string' } },
  async *comparisons({ corpus, only = '' }) {
    if (corpus === undefined) throw new Error('--corpus takes a folder of charts');
    using temporary = new TemporaryFolder();
    const entries = packageEntries(['core', 'yaml', 'schema', 'go-template', 'helm']);
    const peer = findProgram('helm');
    for (const name of CASES) {
      if (name.includes(only)) yield await comparison(readCase(corpus, name), entries, peer, temporary);
    }
  },
};

async function comparison(
  found: CorpusCase,
  entries: PackageEntries,
  peer: string | undefined,
  temporary: TemporaryFolder,
): Promise<Comparison> {
  const cache = new RenderCache();
  const chart = await loadChart(found.command.chart(), { dialect: DIALECT });
  const expected = found.command.render(chart, DIALECT, { cache });
  const ours = [
    firstSide(found),
    changedSide(found, chart, cache),
    programSide('ours, process', found, {
      command: process.execPath,
      args: [...entries.program('helm', 'cli/bin'), ...found.args, `--dialect=${DIALECT}`],
      outputFile: temporary.join('ours.yaml'),
      expected,
    }),
  ];
  const notes = notesOn(entries);
  if (peer === undefined) {
    return { title: found.title, notes: [...notes, 'helm is not on PATH: ours alone'], ours };
  }
  const outputFile = temporary.join('peer.yaml');
  return {
    title: found.title,
    notes,
    ours,
    peer: programSide('helm template', found, { command: peer, args: found.args, outputFile, expected }),
  };
}

/** Packages imported, nothing of the chart: it is read, loaded, compiled and rendered. */
function firstSide({ command }: CorpusCase): Side {
  return {
    name: 'ours, first render',
    measure: () =>
      measure(async () => {
        const chart = await loadChart(command.chart(), { dialect: DIALECT });
        command.render(chart, DIALECT, { cache: new RenderCache() });
      }),
  };
}

/** What a reconciler does when values change: the release is given another name and global value each time. */
function changedSide({ command }: CorpusCase, chart: Chart, cache: RenderCache): Side {
  let round = 0;
  const run = (): string => command.render(chart, DIALECT, { cache, set: [`global.round=r${round++}`] });
  return {
    name: 'ours, changed values',
    measure() {
      if (round === 0) {
        const started = performance.now();
        while (round < WARM_UP.renders && performance.now() - started < WARM_UP.millis) run();
      }
      return measure(() => void run());
    },
  };
}

interface ProgramRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly outputFile: string;
  readonly expected: string;
}

/** A program that starts, reads the chart, renders and prints: what a command costs. */
function programSide(name: string, { folder }: CorpusCase, { expected, ...run }: ProgramRun): Side {
  return {
    name,
    async measure() {
      const sample = await measureProgram({ ...run, cwd: folder });
      // A figure counts for the same output alone.
      if (readFileSync(run.outputFile, 'utf8') !== expected)
        throw new Error(`${folder}: ${name} prints something else`);
      return sample;
    },
  };
}

async function measure(run: () => void | Promise<void>): Promise<Sample> {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  await run();
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs: performance.now() - started, cpuMs: (user + system) / 1000 };
}

function readCase(corpus: string, name: string): CorpusCase {
  const folder = path.resolve(corpus, name);
  const { command } = JSON.parse(readFileSync(path.join(folder, 'case.json'), 'utf8')) as {
    command: string[];
  };
  const parsed = new HelmCommand(folder, command);
  const args = command
    .slice(1)
    .map((argument) => (existsSync(parsed.resolve(argument)) ? parsed.resolve(argument) : argument));
  return { title: name.replace('/cases/', ', '), folder, args, command: parsed };
}
