import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';

type Result = readonly [title: string, status: string];

const ids = [
  ...new Set(
    (await readFile(path.join(import.meta.dirname, '../docs/security.md'), 'utf8')).match(
      /\b(?:SEC|LIM)-[A-Z]+-\d\d\b/g,
    ),
  ),
];
/** Both halves of every id. */
const whole: readonly Result[] = ids.flatMap((id): Result[] => [
  [`a source ${id}: is refused`, 'passed'],
  [`a source ${id}: is taken (legitimate)`, 'passed'],
]);

/** Runs the suite on reports of these results. */
async function suite(...reports: (readonly Result[])[]): Promise<{ code: number; lines: string[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'security-suite-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = await Promise.all(
    reports.map(async (results, i) => {
      const assertionResults = results.map(([fullName, status]) => ({ fullName, status }));
      const file = path.join(folder, `${i}.json`);
      await writeFile(file, JSON.stringify({ testResults: [{ name: 'a.test.ts', assertionResults }] }));
      return file;
    }),
  );
  const program = path.join(import.meta.dirname, 'security-suite.ts');
  const { stdout, code } = await promisify(execFile)(process.execPath, [program, ...files]).then(
    ({ stdout: text }) => ({ stdout: text, code: 0 }),
    (error: { stdout: string; code: number }) => error,
  );
  return { code, lines: stdout.trim().split('\n') };
}

describe('the security suite', () => {
  it('counts both halves of every id', async () => {
    const { code, lines } = await suite(whole);
    const n = ids.length;
    expect(lines).toEqual([
      `security: ${n} of ${n} ids, by ${n} tests of attacks and ${n} of legitimate use`,
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ['lacks a half', (results: readonly Result[]) => results.slice(1), '0 attacks, 1 legitimate'],
    [
      'was skipped',
      (results: readonly Result[]) =>
        results.map(([title, status], i): Result => [title, i === 0 ? 'skipped' : status]),
      '0 attacks, 1 legitimate, 0 failed, 1 skipped',
    ],
    [
      'failed once',
      (results: readonly Result[]): readonly Result[] => [...results, [`${ids[0]}: other`, 'failed']],
      '1 attacks, 1 legitimate, 1 failed',
    ],
  ] as const)('names an id that %s, and fails', async (_, change, words) => {
    const { code, lines } = await suite(change(whole) as readonly Result[]);
    expect(lines[0]).toContain(`${ids[0]}: ${words}`);
    expect(lines[1]).toContain(`security: ${ids.length - 1} of ${ids.length} ids`);
    expect(code).toBe(1);
  });

  it('counts a test of several reports once, and as failed where it failed in any', async () => {
    expect((await suite(whole, whole)).lines).toEqual((await suite(whole)).lines);
    const [[title] = ['']] = whole;
    expect((await suite(whole, [[title, 'failed']])).code).toBe(1);
  });
});
