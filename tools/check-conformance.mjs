// Runs every suite of conformance/baseline.json on the corpora in a folder; fails where a count fell.
// `--write` raises the baseline to what was measured.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const [corpora, ...flags] = process.argv.slice(2);
const file = path.join(import.meta.dirname ?? '.', '..', 'conformance', 'baseline.json');
const baseline = JSON.parse(readFileSync(file, 'utf8'));
let fell = 0;

for (const [suite, recorded] of Object.entries(baseline)) {
  const folder = path.join(corpora, suite);
  if (!existsSync(folder)) continue;
  const run = spawnSync('npm', ['run', '-s', 'conformance', '--', suite, folder], { encoding: 'utf8' });
  const [, passed, total] = /^conformance \S+: (\d+)\/(\d+)$/m.exec(run.stdout) ?? [];
  if (passed === undefined) {
    console.log(`✗ ${suite}: could not run\n${run.stdout}${run.stderr}`);
    fell++;
    continue;
  }
  const worse = Number(passed) < recorded.passed || Number(total) < recorded.total;
  console.log(
    `${worse ? '✗' : '✓'} ${suite}: ${passed}/${total} (baseline ${recorded.passed}/${recorded.total})`,
  );
  if (worse) fell++;
  baseline[suite] = { passed: Number(passed), total: Number(total) };
}
if (flags.includes('--write')) writeFileSync(file, `${JSON.stringify(baseline, null, 2)}\n`);
process.exitCode = fell === 0 ? 0 : 1;
