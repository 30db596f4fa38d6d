import { describe, expect, it } from 'vitest';
import { TemplateError } from '../errors.ts';
import { Budget } from '../execute/limits.ts';
import { sprigFunctions } from '../sprig/sprig.ts';
import { TemplateSet } from '../template-set.ts';
import { goFunction } from '../value/go-function.ts';
import type { TracedPart, TraceScope } from './traced-text.ts';
import { Tracer } from './tracer.ts';

const values = {
  name: 'web',
  image: { tag: '1.2', pull: null },
  labels: { app: 'web', tier: 'front' },
  args: ['-v', '-x'],
};

/** Executes `main` with a tracer, beside templates that it may include. */
function trace(text: string, files: Record<string, string> = {}): { tracer: Tracer; output: string } {
  const tracer = new Tracer();
  const set = new TemplateSet({ tracer, missingKey: 'zero', functions: sprigFunctions() });
  const budget = new Budget();
  set.setFunctions({
    include: goFunction(['string', 'interface {}'], (name: string, data: unknown) =>
      set.executeWithin(name, data, budget),
    ),
  });
  for (const [name, file] of Object.entries(files)) set.parse(name, file);
  const data = { Values: structuredClone(values) };
  tracer.name(data, []);
  let output = '';
  try {
    output = set.parse('main', text).executeWithin('main', data, budget);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
  }
  return { tracer, output };
}

const paths = ({ reads }: Pick<TracedPart, 'reads'>): string[] => reads.map(({ path }) => path.join('.'));
const placeOf = ({ place: { template, source } }: Pick<TracedPart, 'place'>): string =>
  `${template} ${source.file}:${source.line}:${source.column}`;

function lineOf(text: string, line: number, files?: Record<string, string>): readonly TracedPart[] {
  return trace(text, files).tracer.outputs.get('main')?.lines[line - 1] ?? [];
}

function scopesOf(part: TracedPart | undefined): string[] {
  const scopes: string[] = [];
  for (let scope: TraceScope | undefined = part?.scope; scope; scope = scope.outer) {
    scopes.push(`${scope.kind} ${scope.place.expression} [${paths(scope).join(' ')}]`);
  }
  return scopes;
}

const LABELS = {
  'labels.tpl':
    '{{ define "labels" -}}\napp: {{ .Values.labels.app }}\ntier: {{ .Values.labels.tier }}\n{{- end }}',
};

describe('Tracer', () => {
  it('notes which node has written each part of a line', () => {
    const line = lineOf('a: 1\nname: {{ .Values.name }}-x\n', 2);
    expect(line.map(({ text }) => text)).toEqual(['name: ', 'web', '-x\n']);
    expect(line.map(placeOf)).toEqual(['main main:2:1', 'main main:2:10', 'main main:2:25']);
  });

  it('notes the values that were read, each under the longest of its names', () => {
    expect(lineOf('{{ .Values.image.tag }}', 1).map(paths)).toEqual([['Values.image.tag']]);
    expect(lineOf('{{ $v := .Values }}{{ with $v.image }}{{ .tag }}{{ end }}', 1).map(paths)).toEqual([
      ['Values.image.tag'],
    ]);
    expect(lineOf('{{ index .Values "args" 1 }}', 1).map(paths)).toEqual([['Values.args.1']]);
    expect(lineOf('{{ get .Values.labels "app" }}', 1).map(paths)).toEqual([['Values.labels.app']]);
  });

  it('follows variables, dots and elements of loops', () => {
    expect(lineOf('{{ $n := .Values.name | upper }}{{ $n }}', 1).map(paths)).toEqual([['Values.name']]);
    expect(lineOf('{{ with .Values.name }}{{ . }}{{ end }}', 1).map(paths)).toEqual([['Values.name']]);
    const loop = '{{ range $i, $e := .Values.args }}{{ $e }}{{ . }}{{ end }}';
    expect(lineOf(loop, 1).map(paths)).toEqual([
      ['Values.args.0'],
      ['Values.args.0'],
      ['Values.args.1'],
      ['Values.args.1'],
    ]);
    expect(lineOf('{{ range $k, $v := .Values.labels }}{{ $v }}{{ end }}', 1).map(paths)).toEqual([
      ['Values.labels.app'],
      ['Values.labels.tier'],
    ]);
  });

  it('goes through what is included, indented or kept in a variable', () => {
    for (const text of [
      'labels:\n  {{- include "labels" . | nindent 2 }}\n',
      '{{ $l := include "labels" . | trim }}labels:\n  {{- $l | nindent 2 }}\n',
      'labels:\n{{ template "labels" . }}\n',
    ]) {
      const line = lineOf(text, 3, LABELS);
      expect(line.filter((part) => part.text.trim() !== '').map(placeOf)).toEqual([
        'labels labels.tpl:3:1',
        'labels labels.tpl:3:10',
      ]);
      expect(line.flatMap(paths)).toEqual(['Values.labels.tier']);
    }
  });

  it('gives to a line that was changed all that went into it', () => {
    const [part] = lineOf('{{ printf "%s!" (include "labels" .) | quote }}', 1, LABELS);
    expect(part && paths(part)).toEqual(['Values.labels.app', 'Values.labels.tier']);
    expect(part && placeOf(part)).toBe('main main:1:4');
  });

  it('knows the way to a place: calls, conditions and loops', () => {
    const text =
      '{{ if .Values.name }}{{ range .Values.args }}{{ include "x" (dict "v" .) }}{{ end }}{{ end }}';
    const [part] = lineOf(text, 1, { x: '{{ .v }}' });
    expect(scopesOf(part)).toEqual([
      'call include "x" (dict "v" .) [Values.args.0]',
      'range range .Values.args [Values.args]',
      'if if .Values.name [Values.name]',
    ]);
  });

  it('knows how a text of several lines was written', () => {
    expect(lineOf('{{ .Values.image | toPrettyJson }}', 3)).toMatchObject([{ written: { line: 2 } }]);
  });

  it('knows where an execution failed, and with which value', () => {
    const { failure } = trace('a\n{{ include "x" .Values }}', {
      x: '\n{{ with .image }}{{ .pull.policy }}{{ end }}',
    }).tracer;
    expect(failure && placeOf(failure)).toBe('x x:2:26');
    expect(failure).toMatchObject({
      value: { path: ['Values', 'image', 'pull'], value: null },
      key: 'policy',
    });
    expect(failure?.scope).toMatchObject({ kind: 'with', outer: { kind: 'call' } });
  });

  it('knows the argument that was nothing', () => {
    const { failure } = trace('{{ .Values.nothing | indent 2 }}').tracer;
    expect(failure?.value).toEqual({ path: ['Values', 'nothing'], value: null });
    expect(trace('{{ range .Values.name }}{{ end }}').tracer.failure?.value?.path).toEqual([
      'Values',
      'name',
    ]);
  });
});
