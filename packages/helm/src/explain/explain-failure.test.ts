import { describeError } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import type { HelmError } from '../errors.ts';
import { render, type RenderOptions } from '../render/render.ts';
import { chartOf } from '../testing/chart-of.ts';
import { userValues } from '../values/user-values.ts';

async function failure(
  files: Record<string, string>,
  options: Partial<RenderOptions> = {},
): Promise<HelmError> {
  const chart = await chartOf(files);
  try {
    render(chart, { release: { name: 'shop' }, ...options });
  } catch (error) {
    return error as HelmError;
  }
  return expect.fail('nothing failed');
}

const library = {
  'values.yaml': 'images:\n  tag: 1\n',
  'templates/_lib.tpl': '{{ define "lib.image" }}\nimage: web:{{ .Values.image.tag }}\n{{ end }}',
  'templates/pod.yaml': 'kind: Pod\nspec:\n  {{- include "lib.image" . | nindent 2 }}\n',
};

describe('a template that fails', () => {
  it('shows its line, the way there through the includes, and the value that was nil', async () => {
    const error = await failure(library, { dialect: 'v3' });
    expect(error.source).toMatchObject({ file: 'web/templates/_lib.tpl', line: 2 });
    expect(error.includes).toMatchObject([
      {
        template: 'web/templates/pod.yaml',
        source: { file: 'web/templates/pod.yaml', line: 3 },
        expression: 'include "lib.image" . | nindent 2',
      },
    ]);
    expect(error.value).toEqual({ path: '.Values.image', key: 'image', type: 'nil' });
    expect(error.frame).toBe(
      [
        '  1 | {{ define "lib.image" }}',
        '> 2 | image: web:{{ .Values.image.tag }}',
        '    |                      ^',
        '  3 | {{ end }}',
        '  included by web/templates/pod.yaml:3:7: {{ include "lib.image" . | nindent 2 }}',
      ].join('\n'),
    );
    expect(error.hint).toBe(
      'Nothing sets .Values.image. It would come from web/values.yaml, or from your values: --set image.tag=… Did you mean .Values.images (web/values.yaml:1:1)?',
    );
  });

  it('has Helm’s own words first', async () => {
    const v3 = await failure(library, { dialect: 'v3' });
    expect(v3.message).toBe(
      'template: web/templates/pod.yaml:3:6: executing "web/templates/pod.yaml" at <include "lib.image" .>: error calling include: template: web/templates/_lib.tpl:2:21: executing "lib.image" at <.Values.image.tag>: nil pointer evaluating interface {}.tag',
    );
    expect(describeError(v3)).toContain(v3.message);
    expect((await failure(library)).message).toBe(
      'web/templates/pod.yaml:3:6\n  executing "web/templates/pod.yaml" at <include "lib.image" .>:\n    error calling include:\nweb/templates/_lib.tpl:2:21\n  executing "lib.image" at <.Values.image.tag>:\n    nil pointer evaluating interface {}.tag',
    );
  });

  it('says what is there where a key is missing', async () => {
    const error = await failure({
      'values.yaml': 'db:\n  auth:\n    name: x\n',
      'templates/a.yaml': '{{ .Values.db.auth.secret.name }}',
    });
    expect(error.hint).toBe(
      'Nothing sets .Values.db.auth.secret. It would come from web/values.yaml, or from your values: --set db.auth.secret.name=… .Values.db.auth, which lacks it, is at web/values.yaml:2:3.',
    );
  });

  it('says who has set a value that is null, or no map', async () => {
    const files = {
      'values.yaml': 'a: {b: 1}\nc: text\n',
      'templates/a.yaml': '{{ .Values.a.b }}{{ .Values.c.d }}',
    };
    const values = userValues({ files: [{ name: 'prod.yaml', text: 'a: null' }] }, 'v4');
    expect((await failure(files, { values })).hint).toBe('.Values.a is nil: it comes from prod.yaml:1:1.');
    expect((await failure(files)).hint).toBe(
      '.Values.c is a string, which has no d: it comes from web/values.yaml:2:1.',
    );
  });

  it('knows the value that required is about, and its name in the values of the parent', async () => {
    const error = await failure({
      'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, dependencies: [{name: db, version: "*"}]}',
      'charts/db/Chart.yaml': '{apiVersion: v2, name: db, version: 1.0.0}',
      'charts/db/templates/a.yaml': 'a: {{ required "a password, please" .Values.password }}',
    });
    expect(error).toMatchObject({
      message: 'execution error at (web/charts/db/templates/a.yaml:1:6): a password, please',
      value: { path: '.Values.password', key: 'db.password' },
      hint: 'Nothing sets .Values.password. It would come from web/charts/db/values.yaml, or from your values: --set db.password=…',
    });
    expect(error.includes).toBeUndefined();
  });

  it('knows what a fail depends on, and the value behind an empty argument', async () => {
    const files = {
      'values.yaml': 'a: {use: true}\nb: {use: true}\n',
      'templates/a.yaml': '{{ if and .Values.a.use .Values.b.use }}\n{{ fail "not both" }}{{ end }}',
    };
    const values = userValues({ set: ['b.use=1'] }, 'v4');
    expect((await failure(files, { values })).hint).toBe(
      'It depends on {{ if and .Values.a.use .Values.b.use }} at web/templates/a.yaml:1:7, which reads .Values.a.use (web/values.yaml:1:5), .Values.b.use (--set b.use).',
    );
    const required = { 'templates/a.yaml': '{{ required "a name" (default "" .Values.name) }}' };
    expect((await failure(required)).value?.path).toBe('.Values.name');
  });

  it('has nothing in it that the values hold, which may be secret', async () => {
    const error = await failure({
      'values.yaml': 'db: {password: hunter2}\n',
      'templates/a.yaml': '{{ .Values.db.user.name }}',
    });
    expect(error.value).toMatchObject({ path: '.Values.db.user', type: 'nil' });
    expect(JSON.stringify(Object.entries(error)) + describeError(error)).not.toContain('hunter2');
  });

  it('says where a template may be that is not there', async () => {
    expect((await failure({ 'templates/a.yaml': '{{ include "db.name" . }}' })).hint).toBe(
      'No chart that is enabled defines it: a dependency may be disabled, or missing.',
    );
  });

  it('shows the lines of a template that cannot be parsed', async () => {
    expect((await failure({ 'templates/a.yaml': 'a: 1\nb: {{ if }}\n' })).frame).toContain(
      '> 2 | b: {{ if }}',
    );
  });

  it('goes through {{ template }} and tpl, which Helm says less about', async () => {
    const error = await failure({
      'values.yaml': 'text: "{{ .Values.no.way }}"\n',
      'templates/_lib.tpl': '{{ define "x" }}{{ tpl .Values.text . }}{{ end }}',
      'templates/a.yaml': '{{ template "x" . }}',
    });
    expect(error.includes?.map(({ expression }) => expression)).toEqual([
      'template "x" .',
      'tpl .Values.text .',
    ]);
    expect(error.source).toMatchObject({ file: 'gotpl', line: 1 });
    expect(error.hint).toMatch(
      /^Nothing sets \.Values\.no\. .* The template is the text of \.Values\.text \(web\/values\.yaml:1:1\)\.$/,
    );
  });

  it('knows the text that a function has trouble with', async () => {
    const files = {
      'values.yaml': 'secret: "no base64"\nbroken: "{{ if }}"\n',
      'templates/a.yaml': '{{ .Values.secret | fromYaml | len }}{{ tpl .Values.broken . }}',
    };
    expect(await failure(files)).toMatchObject({
      value: { path: '.Values.broken' },
      hint: '.Values.broken is a string: it comes from web/values.yaml:2:1.',
    });
  });
});

describe('output that is no YAML', () => {
  it('shows the line of the output, and the line of the template that has written it', async () => {
    const error = await failure({
      'templates/_lib.tpl': '{{ define "labels" }}a: 1\nb: "x{{ end }}',
      'templates/a.yaml':
        'kind: A\n---\nkind: B\nlabels:\n  {{- include "labels" . | nindent 2 }}\nc: d: e\n',
    });
    expect(error.message).toMatch(
      /^YAML parse error on web\/templates\/a\.yaml: error converting YAML to JSON: yaml: /,
    );
    expect(error.output).toMatchObject({ line: 4 });
    expect(error.source).toMatchObject({ file: 'web/templates/_lib.tpl', line: 2, column: 1 });
    expect(error.frame).toBe(
      [
        '  2 | labels:',
        '  3 |   a: 1',
        '> 4 |   b: "x',
        '    |      ^',
        '  5 | c: d: e',
        '  6 |',
        'written by web/templates/_lib.tpl:2:1:',
        '  1 | {{ define "labels" }}a: 1',
        '> 2 | b: "x{{ end }}',
        '    | ^',
        '  included by web/templates/a.yaml:5:7: {{ include "labels" . | nindent 2 }}',
      ].join('\n'),
    );
  });

  it('names the start of a document that is no object', async () => {
    const error = await failure({ 'templates/a.yaml': '# first\n\n{{ "text" }}\n' });
    expect(error.source).toMatchObject({ file: 'web/templates/a.yaml', line: 1 });
    expect(error.output).toBeUndefined();
  });
});
