/**
 * What the tests show of the attacks and limits of docs/security.md, counted:
 *
 *   npm run -s security -- <vitest JSON report>…
 *
 * A test that names an id in its title, such as `SEC-GIT-04 refuses …`, shows the attack; one that names it with
 * `(legitimate)` shows that what the defence must not break still works. An id that the page lists needs both, passed.
 * A test that several reports have counts once, as passed only where it failed in none.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

interface Test {
  /** The same in every report. */
  readonly key: string;
  readonly fullName: string;
  readonly status: string;
}

interface Tally {
  attack: number;
  legitimate: number;
  failed: number;
  skipped: number;
}

const ID = /\b(?:SEC|LIM)-[A-Z]+-\d\d\b/g;

function main(reports: readonly string[]): void {
  const wanted = idsOf(readFileSync(path.join(import.meta.dirname, '../docs/security.md'), 'utf8'));
  const tallies = new Map([...wanted].map((id) => [id, { attack: 0, legitimate: 0, failed: 0, skipped: 0 }]));
  const seen = new Set<string>();
  for (const file of reports) {
    const tests = testsOf(JSON.parse(readFileSync(file, 'utf8')) as Report);
    const isNews = (test: Test) => test.status === 'failed' || !seen.has(test.key);
    count(tests.filter(isNews), tallies);
    for (const { key } of tests) seen.add(key);
  }
  const incomplete = [...tallies].filter(([, tally]) => !isComplete(tally));
  for (const [id, { attack, legitimate, failed, skipped }] of incomplete) {
    console.log(`${id}: ${attack} attacks, ${legitimate} legitimate, ${failed} failed, ${skipped} skipped`);
  }
  const complete = `${tallies.size - incomplete.length} of ${tallies.size} ids`;
  const [attacks, legitimate] = [sumOf(tallies, 'attack'), sumOf(tallies, 'legitimate')];
  console.log(`security: ${complete}, by ${attacks} tests of attacks and ${legitimate} of legitimate use`);
  if (incomplete.length > 0) process.exitCode = 1;
}

function idsOf(text: string): Set<string> {
  return new Set(text.match(ID));
}

function testsOf({ testResults }: Report): Test[] {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((result) => ({ ...result, key: `${name} ${result.fullName}` })),
  );
}

function count(tests: readonly Test[], tallies: ReadonlyMap<string, Tally>): void {
  for (const { fullName, status } of tests) {
    for (const id of idsOf(fullName)) {
      const tally = tallies.get(id);
      if (!tally) continue;
      if (status === 'failed') tally.failed++;
      else if (status !== 'passed') tally.skipped++;
      else if (fullName.includes('(legitimate)')) tally.legitimate++;
      else tally.attack++;
    }
  }
}

function sumOf(tallies: ReadonlyMap<string, Tally>, half: 'attack' | 'legitimate'): number {
  return [...tallies.values()].reduce((sum, tally) => sum + tally[half], 0);
}

function isComplete({ attack, legitimate, failed }: Tally): boolean {
  return attack > 0 && legitimate > 0 && failed === 0;
}

main(process.argv.slice(2));
