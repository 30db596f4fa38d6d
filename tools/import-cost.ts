// What importing each package costs over a bare Node start, or for the packages that connect to a cluster,
// over `import 'undici'`: time and memory, the median of several starts of each. `npm run import-cost`
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);
const ROUNDS = 11;
const CONNECTING = new Set(['kube', 'apply', 'runtime', 'envtest', 'controllers']);
const LIMITS = { library: { millis: 40, mib: 15 }, connecting: { millis: 30, mib: 10 } };

interface Cost {
  readonly millis: number;
  readonly mib: number;
}

/** Starts Node in a package's folder with one import, and asks it how long that took and what it holds. */
function measure(cwd: string, specifier: string | undefined): Cost {
  const statement = specifier === undefined ? '' : `await import(${JSON.stringify(specifier)});`;
  const script = `const t=performance.now();${statement}const millis=performance.now()-t;
    console.log(JSON.stringify({millis,mib:process.memoryUsage().rss/1048576}))`;
  const result = spawnSync('node', ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`import of ${specifier} failed:\n${result.stderr}`);
  return JSON.parse(result.stdout) as Cost;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const kube = path.join(root, 'packages', 'kube');
const subjects = [
  { name: 'node', cwd: kube, specifier: undefined },
  { name: 'undici', cwd: kube, specifier: 'undici' },
  ...readdirSync(path.join(root, 'packages'))
    .toSorted()
    .map((name) => ({ name, cwd: path.join(root, 'packages', name), specifier: `@gitops-toolkit/${name}` })),
];
const samples = new Map<string, Cost[]>(subjects.map(({ name }) => [name, []]));
// In turns, so that a change of the machine's speed meets all of them.
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, cwd, specifier } of subjects) samples.get(name)?.push(measure(cwd, specifier));
}
const costs = new Map(
  [...samples].map(([name, list]) => [
    name,
    { millis: median(list.map((c) => c.millis)), mib: median(list.map((c) => c.mib)) },
  ]),
);
const zero: Cost = { millis: 0, mib: 0 };
const [bare, undici] = [costs.get('node') ?? zero, costs.get('undici') ?? zero];

console.log('package       over     ms  limit    MiB  limit');
let over = 0;
for (const { name } of subjects.slice(2)) {
  const connecting = CONNECTING.has(name);
  const base = connecting ? undici : bare;
  const limit = connecting ? LIMITS.connecting : LIMITS.library;
  const cost = costs.get(name) ?? zero;
  const [millis, mib] = [cost.millis - base.millis, cost.mib - base.mib];
  const ok = millis < limit.millis && mib < limit.mib;
  if (!ok) over++;
  console.log(
    `${name.padEnd(13)} ${(connecting ? 'undici' : 'node').padEnd(7)}${millis.toFixed(1).padStart(6)} ${String(limit.millis).padStart(6)} ${mib.toFixed(1).padStart(6)} ${String(limit.mib).padStart(6)}${ok ? '' : '  over'}`,
  );
}
console.log(
  `undici itself: ${(undici.millis - bare.millis).toFixed(1)} ms, ${(undici.mib - bare.mib).toFixed(1)} MiB over bare Node`,
);
process.exitCode = process.argv.includes('--check') && over > 0 ? 1 : 0;
