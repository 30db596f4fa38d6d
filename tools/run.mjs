#!/usr/bin/env node
// The front door: `npm run demo`, `npm test` and the rest start here, in a clone where nothing is
// installed yet. No dependencies, and it runs on Node 20; what it starts runs on the repository's own Node.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const PNPM = 'pnpm@12.21.0';
const SOURCE_CONDITION = '--conditions=@gitops-toolkit/source';
const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const children = new Set();
const [task = 'help', ...args] = process.argv.slice(2);

const tasks = {
  demo: async () => {
    await install();
    await buildStale();
    return node('examples/all-in-one/main.ts', ...args);
  },
  test: async () => {
    await install();
    return node('node_modules/vitest/vitest.mjs', 'run', ...args);
  },
  build: async () => {
    await install();
    await buildStale({ force: true });
    return bin('tsc', '-b', '--emitDeclarationOnly');
  },
  check: async () => {
    await install();
    return node('tools/check.ts', ...args);
  },
  conformance: async () => {
    await install({ quiet: true });
    return node(SOURCE_CONDITION, 'conformance/run.ts', ...args);
  },
  bench: async () => {
    await install({ quiet: true });
    await buildStale();
    return node(SOURCE_CONDITION, 'bench/run.ts', ...args);
  },
  simulate: async () => {
    await install({ quiet: true });
    return node(SOURCE_CONDITION, 'tools/simulate.ts', ...args);
  },
  security: async () => {
    await install({ quiet: true });
    return node('tools/security-suite.ts', ...args);
  },
  'import-cost': async () => {
    await install();
    await buildStale();
    return node('tools/import-cost.ts', ...args);
  },
  help: async () => {
    console.log(`usage: npm run <${Object.keys(tasks).join(' | ')}> -- [options]`);
    return 0;
  },
};

/** Installs what the lockfile names, unless just that is installed already. */
async function install({ quiet = false } = {}) {
  const stamp = path.join(root, 'node_modules', '.installed-lockfile');
  const wanted = digest(path.join(root, 'pnpm-lock.yaml'));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return requireNode();
  progress('Installing dependencies (once; some ten to thirty seconds)');
  const npx = process.platform === 'win32' ? 'npx.cmd' : 'npx';
  await must(npx, ['-y', PNPM, 'install', '--frozen-lockfile'], { quiet });
  writeFileSync(stamp, wanted);
  requireNode();
}

/** Bundles the packages whose sources are newer than their last build. */
async function buildStale({ force = false } = {}) {
  const stale = readdirSync(path.join(root, 'packages')).filter((name) => force || isStale(name));
  if (stale.length === 0) return;
  progress(`Building ${stale.length} package${stale.length === 1 ? '' : 's'}`);
  const queue = [...stale];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const cwd = path.join(root, 'packages', name);
      await must(nodeBinary(), [path.join(root, 'node_modules/tsup/dist/cli-default.js'), '--silent'], {
        cwd,
      });
    }
  };
  await Promise.all([worker(), worker()]);
}

function isStale(name) {
  const folder = path.join(root, 'packages', name);
  const built = path.join(folder, 'dist', 'index.js');
  if (!existsSync(built)) return true;
  const builtAt = statSync(built).mtimeMs;
  const newer = (entry) => statSync(entry).mtimeMs > builtAt;
  const sources = readdirSync(path.join(folder, 'src'), { recursive: true, withFileTypes: true });
  return (
    ['package.json', 'tsup.config.ts'].some((file) => newer(path.join(folder, file))) ||
    sources.some((entry) => entry.isFile() && newer(path.join(entry.parentPath ?? entry.path, entry.name)))
  );
}

/** The repository's own Node where there is one for this platform. */
function nodeBinary() {
  const own = path.join(root, 'node_modules', '.bin', 'node');
  return existsSync(own) ? own : process.execPath;
}

function requireNode() {
  if (nodeBinary() !== process.execPath && nodeBinary().startsWith(root)) return;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 19)) return;
  fail(
    `Node ${process.versions.node} is too old and this platform gets none from npm: install Node 22.19 or later.`,
  );
}

const node = (...argv) => run(nodeBinary(), argv);
const bin = (name, ...argv) => run(path.join(root, 'node_modules', '.bin', name), argv);

function run(command, argv, { cwd = root, quiet = false } = {}) {
  const own = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${own}${path.delimiter}${process.env.PATH ?? ''}` };
  // A quiet run keeps standard output for the answer alone.
  const stdio = ['inherit', quiet ? 2 : 'inherit', 'inherit'];
  const child = spawn(command, argv, { cwd, env, stdio, shell: command.endsWith('.cmd') });
  children.add(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      children.delete(child);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 1));
    });
  });
}

async function must(command, argv, options) {
  const code = await run(command, argv, options);
  if (code !== 0) fail(`${path.basename(command)} ${argv.join(' ')} ended with ${code}`);
}

function digest(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

function progress(text) {
  process.stderr.write(`▸ ${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

// The terminal sends Ctrl-C to the children as well: they decide how to end, and we wait for them.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => children.forEach((child) => child.kill('SIGTERM')));

const chosen = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
if (!chosen) fail(`no task ${task}; there is: ${Object.keys(tasks).join(', ')}`);
process.exitCode = await chosen();
