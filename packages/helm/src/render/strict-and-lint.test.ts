import { describe, expect, it } from 'vitest';
import { chartOf } from '../testing/chart-of.ts';
import { renderTemplates, type TemplateOptions } from './render-templates.ts';
import { render } from './render.ts';

async function textOf(template: string, options: Partial<TemplateOptions>): Promise<string | undefined> {
  const chart = await chartOf({ 'values.yaml': 'a: {b: 1}\n', 'templates/a.yaml': template });
  return renderTemplates(chart, { release: { name: 'shop' }, ...options }).get('web/templates/a.yaml');
}

describe('strict', () => {
  it('makes a key that a map lacks a fault, which is nothing otherwise', async () => {
    const template = 'x: {{ .Values.a.c }}';
    expect(await textOf(template, {})).toBe('x: ');
    await expect(textOf(template, { strict: true, dialect: 'v3' })).rejects.toMatchObject({
      code: 'HELM_TEMPLATE_FAILED',
      message:
        'template: web/templates/a.yaml:1:13: executing "web/templates/a.yaml" at <.Values.a.c>: map has no entry for key "c"',
      value: { path: '.Values.a' },
      hint: '.Values.a is a map, which has no c: it comes from web/values.yaml:1:1.',
    });
  });

  it('takes a key that is there, and one that is asked for by a function', async () => {
    expect(await textOf('x: {{ .Values.a.b }}{{ get .Values.a "c" }}', { strict: true })).toBe('x: 1');
  });
});

describe('lint', () => {
  it('lets required and fail pass, as helm lint does', async () => {
    const template = 'x: {{ required "no c" .Values.c }}{{ fail "never" }}y';
    expect(await textOf(template, { lint: true })).toBe('x: y');
    await expect(textOf(template, {})).rejects.toMatchObject({
      message: 'execution error at (web/templates/a.yaml:1:6): no c',
    });
    expect(await textOf('x: {{ required "no a" .Values.a.b }}', { lint: true })).toBe('x: 1');
  });

  it('goes with strict, and with all that render does', async () => {
    const chart = await chartOf({ 'templates/a.yaml': 'x: {{ fail "no" | quote }}' });
    const result = render(chart, { release: { name: 'shop' }, lint: true, strict: true });
    expect(result.manifests[0]?.content).toBe('x: ""');
  });
});
