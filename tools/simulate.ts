import { simulate } from '../packages/runtime/src/simulation/simulation.ts';
const [from = '1', to = from] = process.argv.slice(2);
for (let seed = Number(from); seed <= Number(to); seed++) {
  const t = performance.now();
  const r = await simulate(seed, { keepLines: Number(process.env['KEEP'] ?? 60) });
  console.log(seed, r.fingerprint, r.steps, r.settledAfterMs, Math.round(performance.now() - t) + 'ms', r.faults);
  if (r.violations.length) { console.log(r.violations.slice(0, 10).join('\n')); if (process.env['KEEP']) console.log(r.lines.join('\n')); }
}
