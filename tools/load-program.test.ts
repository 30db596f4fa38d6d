import { spawnSync } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'load-program-'));
  const loader = pathToFileURL(path.join(import.meta.dirname, 'load-program.ts')).href;
  writeFileSync(
    path.join(folder, 'bin.mjs'),
    `import { enableCompileCache } from 'node:module';
import { loadProgram } from ${JSON.stringify(loader)};
enableCompileCache();
const { main } = loadProgram(new URL('main.cjs', import.meta.url));
console.log(main(process.argv[2]));
`,
  );
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a program whose `main` calls the function that it is given the name of. */
function writeProgram(one: string): void {
  const functions = `{ one: () => ${JSON.stringify(one)}, two: () => require('./two.json') + url.slice(-9) }`;
  writeFileSync(
    path.join(folder, 'main.cjs'),
    `(function (exports, require, module, url) { module.exports = { main: (name) => (${functions})[name]() }; })`,
  );
  writeFileSync(path.join(folder, 'two.json'), '2');
}

function run(name: string, env: Readonly<Record<string, string>> = {}): string {
  const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, 'bin.mjs'), name], {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(folder, 'cache'), ...env },
  });
  return stdout.trim() + stderr;
}

/** The file with the code that is kept. */
function keptFile(): string {
  const names = readdirSync(path.join(folder, 'cache'), { recursive: true, encoding: 'utf8' });
  return path.join(folder, 'cache', names.find((name) => name.endsWith('main.cjs.code')) ?? '');
}

describe('loadProgram()', () => {
  it('gives what a script exports, which requires and knows where it is', () => {
    writeProgram('1');
    expect([run('one'), run('two')]).toEqual(['1', '2/main.cjs']);
  });

  it('keeps the code, and adds to it what the first runs needed more', () => {
    writeProgram('1');
    const sizes = ['one', 'two', 'one', 'two'].map((name) => {
      run(name);
      return statSync(keptFile()).size;
    });
    expect(sizes[1]).toBeGreaterThan(sizes[0] ?? 0);
    const before = statSync(keptFile()).mtimeMs;
    expect(run('one')).toBe('1');
    expect(statSync(keptFile()).mtimeMs).toBe(before);
  });

  it('knows another version of as many bytes', () => {
    writeProgram('1');
    run('one');
    writeProgram('3');
    expect([run('one'), run('one')]).toEqual(['3', '3']);
  });

  it('takes no code that is cut off or that V8 turns down, and makes it anew', () => {
    writeProgram('1');
    run('one');
    const whole = readFileSync(keptFile());
    truncateSync(keptFile(), whole.length - 40);
    expect(run('one')).toBe('1');
    expect(statSync(keptFile()).size).toBe(whole.length);
    writeFileSync(keptFile(), whole.subarray(0, 20));
    expect(run('one')).toBe('1');
    expect(statSync(keptFile()).size).toBe(whole.length);
  });

  it('keeps nothing where Node keeps nothing', () => {
    writeProgram('1');
    expect(run('one', { NODE_DISABLE_COMPILE_CACHE: '1' })).toBe('1');
    expect(readdirSync(folder)).not.toContain('cache');
  });
});
