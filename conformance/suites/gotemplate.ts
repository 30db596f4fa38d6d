// Vectors in the format of the Go template corpus: `vectors/*.json`, wherever they are.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type ExecutionMode, sprigFunctions, TemplateSet } from '../../packages/go-template/src/index.ts';
import { type Dialect, loadChart, renderTemplates, userValues } from '../../packages/helm/src/index.ts';
import type { ConformanceCase, Suite } from '../suite.ts';

interface Answer {
  readonly output?: string;
  readonly error?: string;
}

interface Vector extends Answer {
  readonly id: string;
  readonly mode: 'go' | 'helm';
  readonly template: string;
  readonly values?: unknown;
  readonly files?: Readonly<Record<string, string>>;
  readonly set?: string;
  readonly strict?: boolean;
  readonly lint?: boolean;
  readonly missingkey?: 'zero' | 'error';
  /** What Helm 4 answers where it differs. */
  readonly v4?: Answer;
}

/** Go templates with sprig, and Helm's engine in both dialects. */
export const suite: Suite = {
  name: 'gotemplate',
  *collect(folder) {
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
      if (!name.endsWith('.json') || path.basename(name) === 'meta.json') continue;
      const vectors: unknown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
      if (Array.isArray(vectors)) yield* cases(vectors as Vector[]);
    }
  },
};

function* cases(vectors: readonly Vector[]): Generator<ConformanceCase> {
  for (const vector of vectors) {
    if (vector.mode === 'go') {
      yield { name: vector.id, run: () => inModes((mode) => compare(runGo(vector, mode), vector)) };
      continue;
    }
    for (const dialect of ['v3', 'v4'] as const) {
      const expected = (dialect === 'v4' && vector.v4) || vector;
      const run = async (mode: ExecutionMode): Promise<void> =>
        compareHelm(await runHelm(vector, dialect, mode), expected);
      yield { name: `${vector.id} ${dialect}`, run: () => inModes(run) };
    }
  }
}

/** A vector holds for generated code, and for the interpreter that takes its place where there may be none. */
async function inModes(check: (mode: ExecutionMode) => void | Promise<void>): Promise<void> {
  for (const mode of ['compiled', 'interpreted'] as const) {
    try {
      await check(mode);
    } catch (error) {
      throw new Error(`${mode}: ${(error as Error).message}`, { cause: error });
    }
  }
}

function runGo(vector: Vector, mode: ExecutionMode): Answer {
  const set = new TemplateSet({
    mode,
    functions: sprigFunctions({ localZone: 'UTC' }),
    ...(vector.missingkey && { missingKey: vector.missingkey }),
  });
  try {
    const files = Object.entries(vector.files ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, text] of files) set.parse(name, text);
    return { output: set.parse('t', vector.template).execute('t', vector.values ?? null) };
  } catch (error) {
    const { message, output } = error as Error & Answer;
    return { error: message, ...(output !== undefined && { output }) };
  }
}

const CHART_YAML = `apiVersion: v2
name: c
version: 0.1.0
appVersion: "1.16.0"
description: A chart
keywords: [a, b]
kubeVersion: ">=1.20.0-0"
home: https://example.com
annotations: {x: "y"}
maintainers: [{name: m, email: m@example.com}]
`;

async function runHelm(vector: Vector, dialect: Dialect, mode: ExecutionMode): Promise<Answer> {
  const files = {
    'Chart.yaml': CHART_YAML,
    'values.yaml': JSON.stringify(vector.values ?? {}),
    ...vector.files,
    'templates/t.yaml': vector.template,
  };
  const encoder = new TextEncoder();
  try {
    const chart = await loadChart(
      Object.entries(files).map(([name, text]) => ({ name, data: encoder.encode(text) })),
      { dialect },
    );
    const rendered = renderTemplates(chart, {
      mode,
      dialect,
      values: userValues({ set: vector.set === undefined ? [] : [vector.set] }, dialect),
      release: { name: 'rel', namespace: 'ns' },
      capabilities: {
        kubeVersion: '1.31.0',
        apiVersions: ['monitoring.coreos.com/v1', 'monitoring.coreos.com/v1/ServiceMonitor'],
      },
      strict: vector.strict ?? false,
      lint: vector.lint ?? false,
      sprig: { localZone: 'UTC' },
    });
    return { output: rendered.get('c/templates/t.yaml') ?? '' };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** The flag's own words are not the library's. */
function compareHelm(actual: Answer, expected: Answer): void {
  const error = actual.error?.replace(/^failed parsing --set data: /, '');
  compare({ ...actual, ...(error !== undefined && { error }) }, expected);
}

function compare(actual: Answer, expected: Answer): void {
  const isSame =
    expected.error === undefined
      ? actual.error === undefined && actual.output === expected.output
      : actual.error !== undefined &&
        comparable(actual.error) === comparable(expected.error) &&
        (expected.output === undefined || actual.output === expected.output);
  if (isSame) return;
  const pick = ({ error, output }: Answer): string => JSON.stringify({ error, output });
  throw new Error(`expected ${pick(expected)}\ngot      ${pick(actual)}`);
}

/** Errors of schemas come in any order; the names of Go's structs do not count. */
function comparable(error: string): string {
  if (error.includes("values don't meet the specifications")) return error.split('\n').toSorted().join('\n');
  return error.replace(/(into Go struct field ).*$/s, '$1');
}
