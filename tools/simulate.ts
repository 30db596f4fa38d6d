// node --conditions=@gitops-toolkit/source tools/simulate.ts [--seeds n] [--from n] [--seed n]
// Runs the simulation of the runtime for many seeds, or for one with its whole journal.
import process from 'node:process';
import { parseArgs } from 'node:util';
import { simulate, type SimulationReport } from '../packages/runtime/src/simulation/simulation.ts';

const USAGE = 'usage: simulate [--seeds n] [--from n], or simulate --seed n';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '100' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
    },
  });
  const one = values.seed === undefined ? undefined : Number(values.seed);
  const [first, count] = one === undefined ? [Number(values.from), Number(values.seeds)] : [one, 1];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(count)) {
    console.error(USAGE);
    return 2;
  }
  return one === undefined ? simulateMany(first, count) : simulateOne(first);
}

async function simulateMany(first: number, count: number): Promise<number> {
  const failed: number[] = [];
  let steps = 0;
  for (let seed = first; seed < first + count; seed++) {
    const report = await simulate(seed);
    steps += report.steps;
    if (report.violations.length === 0) continue;
    failed.push(seed);
    console.log(describe(report));
  }
  console.log(`${count} seeds from ${first}, ${steps} steps: ${failed.length} failed ${failed.join(' ')}`);
  return failed.length === 0 ? 0 : 1;
}

async function simulateOne(seed: number): Promise<number> {
  const report = await simulate(seed, { keepLines: 1_000_000 });
  console.log(report.lines.join('\n'));
  console.log(describe(report));
  return report.violations.length === 0 ? 0 : 1;
}

function describe({
  faults,
  fingerprint,
  steps,
  settledAfterMs,
  violations,
  seed,
}: SimulationReport): string {
  const end =
    violations.length === 0 ? `all settled after ${settledAfterMs / 1000} s` : violations.join('\n  ');
  return `${faults}\n  ${steps} steps, fingerprint ${fingerprint}\n  ${end}\n  again: npm run simulate -- --seed ${seed}`;
}

process.exitCode = await main();
