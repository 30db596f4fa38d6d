// node --conditions=@gitops-toolkit/source tools/fuzz.ts <target> [--seconds n] [--seed n]
// A target is one file in `tools/fuzz/` that exports it as `target`.
import { existsSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { SeededRandom } from '../bench/seeded-random.ts';
import { failureOf, type FuzzTarget, minimise } from './fuzz/fuzz-target.ts';

const USAGE = 'usage: fuzz <target> [--seconds n] [--seed n]';

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
  });
  const target = await loadTarget(positionals[0] ?? '');
  if (!target) {
    console.error(USAGE);
    return 2;
  }
  return fuzz(target, { seconds: Number(values.seconds), seed: Number(values.seed) });
}

async function loadTarget(name: string): Promise<FuzzTarget<unknown> | undefined> {
  const file = new URL(`./fuzz/${name}.ts`, import.meta.url);
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) return undefined;
  return ((await import(file.href)) as { target?: FuzzTarget<unknown> }).target;
}

function fuzz(target: FuzzTarget<unknown>, { seconds, seed }: { seconds: number; seed: number }): number {
  const random = new SeededRandom(seed);
  const end = performance.now() + seconds * 1000;
  let inputs = 0;
  for (; performance.now() < end; inputs++) {
    const input = target.generate(random);
    const failure = failureOf(target, input);
    if (failure === undefined) continue;
    const smallest = minimise(target, input, failure);
    console.log(`seed ${seed}, input ${inputs}: ${failure.message}`);
    console.log(target.show(smallest));
    console.log(failureOf(target, smallest)?.stack ?? '');
    return 1;
  }
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
  console.log(`seed ${seed}: ${inputs} inputs in ${seconds} s without a failure, ${memory} MiB at the end`);
  return 0;
}

process.exitCode = await main();
