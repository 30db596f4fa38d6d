// The gate: everything that must hold of the sources, in one command. `npm run check [-- name…]`
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const root = path.dirname(import.meta.dirname);
const packages = readdirSync(path.join(root, 'packages')).toSorted();
const folders = ['packages', 'examples', 'tools', 'conformance', 'bench'].filter((name) =>
  existsSync(path.join(root, name)),
);
const sourceRun = ['node', '--conditions=@gitops-toolkit/source'];

type Step = readonly [name: string, ...commands: readonly (readonly string[])[]];

const steps: readonly Step[] = [
  // First: the linter knows the types of other packages from their declarations.
  ['build', ['node', 'tools/run.mjs', 'build']],
  ['format', ['oxfmt', '--check', ...folders]],
  ['lint', ['oxlint', '--type-aware', '--quiet', ...folders]],
  ['types', ['tsc', '-p', 'tsconfig.check.json']],
  [
    'layers',
    [
      'depcruise',
      '--output-type',
      'err',
      ...packages.map((name) => `packages/${name}/src`),
      ...folders.filter((name) => name !== 'packages' && name !== 'tools'),
    ],
  ],
  ['errors', [...sourceRun, 'tools/check-errors.ts']],
  ['docs', [...sourceRun, 'tools/check-docs.ts']],
  ['crds', [...sourceRun, 'tools/generate-crds.ts', '--check']],
  ['exports', ['node', 'tools/check-exports.ts']],
  ['packages', ...packages.flatMap((name) => packageChecks(path.join('packages', name)))],
  ['api-docs', ['typedoc', '--logLevel', 'Warn']],
  ['publish', ['pnpm', '-r', '--filter', './packages/*', 'publish', '--dry-run', '--no-git-checks']],
];

function packageChecks(folder: string): (readonly string[])[] {
  return [
    ['publint', folder],
    ['attw', '--pack', folder, '--profile', 'esm-only', '--format', 'ascii'],
  ];
}

function runStep([name, ...commands]: Step): boolean {
  const started = performance.now();
  for (const [command = '', ...args] of commands) {
    const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 });
    if (result.status !== 0) {
      console.log(`✗ ${name}: ${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
      return false;
    }
  }
  console.log(`✓ ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  return true;
}

const wanted = process.argv.slice(2);
const chosen = steps.filter(([name]) => wanted.length === 0 || wanted.includes(name));
const failed = chosen.filter((step) => !runStep(step));
console.log(`check: ${chosen.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
