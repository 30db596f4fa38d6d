// Charts in the format of the Helm corpus: `<chart>/chart` or `chart.tgz`, with `cases/<case>/case.json` beside it.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Dialect, loadChart } from '../../packages/helm/src/index.ts';
import { HelmCommand } from '../helm-command.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

interface HelmCase {
  readonly command: readonly string[];
  readonly error: string | null;
  readonly v4: { readonly same?: true; readonly file?: string; readonly error?: string };
}

/** Each case in both dialects. */
export const suite: Suite = {
  name: 'helm',
  *collect(folder) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
      if (path.basename(name) !== 'case.json' || path.basename(path.dirname(path.dirname(name))) !== 'cases')
        continue;
      yield* cases(folder, path.dirname(name));
    }
  },
};

function* cases(folder: string, name: string): Generator<ConformanceCase> {
  const at = path.join(folder, name);
  for (const dialect of ['v3', 'v4'] as const)
    yield { name: `${name} ${dialect}`, run: () => check(at, dialect) };
}

async function check(at: string, dialect: Dialect): Promise<void> {
  const found = JSON.parse(readFileSync(path.join(at, 'case.json'), 'utf8')) as HelmCase;
  const expected = expectedOf(at, found, dialect);
  let actual: { output?: string; error?: string };
  try {
    const command = new HelmCommand(at, found.command);
    actual = { output: command.render(await loadChart(command.chart(), { dialect }), dialect) };
  } catch (error) {
    actual = { error: (error as Error).message };
  }
  if (expected.error === undefined) compareOutput(expected.output ?? '', actual);
  else compareError(expected.error, actual);
}

function expectedOf(at: string, found: HelmCase, dialect: Dialect): { output?: string; error?: string } {
  const read = (file: string): { output: string } => ({ output: readFileSync(path.join(at, file), 'utf8') });
  if (dialect === 'v4' && found.v4.same !== true) {
    return found.v4.error === undefined ? read(found.v4.file ?? '') : { error: found.v4.error };
  }
  return found.error === null ? read('expected.yaml') : { error: found.error };
}

function compareOutput(expected: string, actual: { output?: string; error?: string }): void {
  if (actual.output === expected) return;
  if (actual.output === undefined) throw new Error(`failed: ${actual.error}`);
  const [wanted, got] = [expected.split('\n'), actual.output.split('\n')];
  const line = wanted.findIndex((text, i) => text !== got[i]);
  const at = line < 0 ? wanted.length : line;
  throw new Error(`line ${at + 1}: expected ${JSON.stringify(wanted[at])}, got ${JSON.stringify(got[at])}`);
}

/** The same place in a template, and the same last words of the first line. */
function compareError(expected: string, { error, output }: { output?: string; error?: string }): void {
  if (error === undefined)
    throw new Error(`made ${output?.length} characters, where Helm fails: ${expected}`);
  const wanted = expected.replace(/^Error: /, '');
  const lastWords = (text: string): string => (text.split('\n', 1)[0] ?? '').split(': ').at(-1) ?? '';
  const placeOf = (text: string): string | undefined => /[\w.-]+\/templates\/[^\s:]+:\d+/.exec(text)?.[0];
  if (lastWords(error) === lastWords(wanted) && placeOf(error) === placeOf(wanted)) return;
  throw new Error(`expected ${wanted}\ngot      ${error}`);
}
