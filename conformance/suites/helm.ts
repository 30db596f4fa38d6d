// Charts in the format of the Helm corpus: `<chart>/chart` or `chart.tgz`, with `cases/<case>/case.json` beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DiskTree } from '../../packages/core/src/node/index.ts';
import {
  type Chart,
  type Dialect,
  loadChart,
  releaseNameOf,
  render,
  userValues,
} from '../../packages/helm/src/index.ts';
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
    actual = { output: await template(at, found.command, dialect) };
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

interface Flags {
  readonly names: string[];
  readonly values: Map<string, string[]>;
}

const SWITCHES = new Set(
  '--include-crds --no-hooks --is-upgrade --skip-schema-validation --skip-crds --skip-tests --generate-name'.split(
    ' ',
  ),
);

function parseCommand(command: readonly string[]): Flags {
  const flags: Flags = { names: [], values: new Map() };
  const [, , ...rest] = command;
  for (let i = 0; i < rest.length; i++) {
    const [name = '', inline] = (rest[i] ?? '').split(/=(.*)/s);
    if (!name.startsWith('-')) flags.names.push(rest[i] ?? '');
    else
      flags.values.set(name, [
        ...(flags.values.get(name) ?? []),
        SWITCHES.has(name) ? 'true' : (inline ?? rest[++i] ?? ''),
      ]);
  }
  return flags;
}

async function template(at: string, command: readonly string[], dialect: Dialect): Promise<string> {
  const { names, values } = parseCommand(command);
  const all = (flag: string): string[] => values.get(flag) ?? [];
  const has = (flag: string): boolean => values.has(flag);
  const root = path.dirname(path.dirname(at));
  const nameTemplate = all('--name-template').at(-1);
  const [name = '', chartPath = ''] =
    nameTemplate === undefined ? names : [releaseNameOf(nameTemplate), ...names];
  const readText = (file: string): string =>
    readFileSync(file.startsWith('chart/') ? path.join(root, file) : path.join(at, file), 'utf8');
  const kubeVersion = all('--kube-version').at(-1);
  const user = userValues(
    {
      files: [...all('-f'), ...all('--values')].map((file) => ({ name: file, text: readText(file) })),
      setJson: all('--set-json'),
      set: all('--set'),
      setString: all('--set-string'),
      setFile: all('--set-file'),
      setLiteral: all('--set-literal'),
      readFile: readText,
    },
    dialect,
  );
  const chart = await loadFrom(path.join(root, chartPath), dialect);
  const result = render(chart, {
    dialect,
    values: user,
    release: { name, namespace: all('--namespace').at(-1) ?? 'default', isUpgrade: has('--is-upgrade') },
    capabilities: { ...(kubeVersion !== undefined && { kubeVersion }), apiVersions: all('--api-versions') },
    skipSchemaValidation: has('--skip-schema-validation'),
  });
  return result.toYaml({
    crds: has('--include-crds'),
    hooks: !has('--no-hooks'),
    tests: !has('--skip-tests'),
    showOnly: all('--show-only'),
  });
}

function loadFrom(file: string, dialect: Dialect): Promise<Chart> {
  if (!existsSync(file)) throw new Error(`no such chart: ${file}`);
  if (file.endsWith('.tgz')) return loadChart(new Uint8Array(readFileSync(file)), { dialect });
  return loadChart(new DiskTree(file), { dialect });
}
