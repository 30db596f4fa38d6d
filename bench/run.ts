// npm run -s bench -- <name> [--rounds n] [--json file] [options of the benchmark]
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Comparison, loadBenchmark, type Sample, type Settings } from './benchmark.ts';
import { describeMachine, reportOf, type Report, tableOf } from './report.ts';

const DEFAULT_ROUNDS = 5;
const USAGE =
  'usage: bench <kustomize-build | helm-template | helm-index | yaml | source | envtest-start | reconcile | runtime> [--rounds n] [--json file]';

async function main(): Promise<void> {
  const [name, ...argv] = process.argv.slice(2);
  const bench = await loadBenchmark(name ?? '');
  if (!bench) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const { values } = parseArgs({
    args: argv,
    options: { rounds: { type: 'string' }, json: { type: 'string' }, ...bench.options },
  });
  const settings = values as Settings;
  const rounds = Number(settings['rounds'] ?? bench.rounds ?? DEFAULT_ROUNDS);
  if (!(rounds >= 1)) throw new Error(`--rounds takes a number from 1, not ${settings['rounds']}`);

  console.log(`${bench.name}: ${describeMachine()}`);
  const reports: Report[] = [];
  for await (const comparison of bench.comparisons(settings)) {
    const report = reportOf(comparison, await measureInTurns(comparison, rounds));
    console.log(`\n${tableOf(report)}`);
    reports.push(report);
  }
  if (settings['json'] !== undefined) {
    const result = {
      benchmark: bench.name,
      machine: describeMachine(),
      date: new Date().toISOString(),
      reports,
    };
    writeFileSync(settings['json'], `${JSON.stringify(result, null, 1)}\n`);
  }
}

/** In turns, so that a change of the machine's speed meets every side. */
async function measureInTurns(comparison: Comparison, rounds: number): Promise<Map<string, Sample[]>> {
  const sides = [...comparison.ours, ...(comparison.peer ? [comparison.peer] : [])];
  const samples = new Map<string, Sample[]>(sides.map(({ name }) => [name, []]));
  for (let round = 0; round < Math.min(rounds, comparison.maxRounds ?? rounds); round++) {
    for (const side of sides) samples.get(side.name)?.push(await side.measure());
  }
  return samples;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
});
