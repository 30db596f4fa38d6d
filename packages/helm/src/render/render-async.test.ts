import { describe, expect, it } from 'vitest';
import type { HelmError } from '../errors.ts';
import { chartOf } from '../testing/chart-of.ts';
import { type AsyncRenderOptions, renderAsync } from './render-async.ts';

const release = { name: 'shop', namespace: 'prod' };

/** A cluster that notes what it is asked for. */
function cluster(objects: Record<string, object>) {
  const asked: string[] = [];
  const lookup = async (...request: [string, string, string, string]): Promise<object | undefined> => {
    asked.push(request.join('/'));
    return Promise.resolve(objects[request.join('/')]);
  };
  return { asked, lookup };
}

async function rendered(template: string, options: Partial<AsyncRenderOptions> = {}) {
  const chart = await chartOf({ 'templates/a.yaml': `kind: A\nx: ${template}\n` });
  const result = await renderAsync(chart, { release, dialect: 'v3', ...options });
  return result.manifests[0]?.content.replace('kind: A\nx: ', '');
}

async function failure(template: string, options: Partial<AsyncRenderOptions>): Promise<HelmError> {
  return rendered(template, options).then(
    () => expect.fail('nothing failed'),
    (error: unknown) => error as HelmError,
  );
}

describe('renderAsync', () => {
  it('renders until nothing is missing: what one object names is asked for in the next round', async () => {
    const { asked, lookup } = cluster({
      'v1/Secret/prod/db': { data: { next: 'config' } },
      'v1/ConfigMap/prod/config': { data: { host: 'db.local' } },
    });
    const template = `{{ $s := lookup "v1" "Secret" "prod" "db" }}{{ with $s.data }}{{ (lookup "v1" "ConfigMap" "prod" .next).data.host }}{{ end }}`;
    expect(await rendered(template, { lookup })).toBe('db.local');
    expect(asked).toEqual(['v1/Secret/prod/db', 'v1/ConfigMap/prod/config']);
  });

  it('asks for all that a round misses at once, and for nothing twice', async () => {
    const { asked, lookup } = cluster({ 'v1/Pod//': { items: [] } });
    const template = `{{ range until 3 }}{{ lookup "v1" "Node" "" "a" | len }}{{ lookup "v1" "Node" "" "b" | len }}{{ end }}`;
    expect(await rendered(template, { lookup })).toBe('000000');
    expect(asked).toEqual(['v1/Node//a', 'v1/Node//b']);
  });

  it('drops what a render with something missing fails with or warns of', async () => {
    const { lookup } = cluster({ 'v1/Secret/prod/db': { data: { key: 'k' } } });
    const template = '{{ (lookup "v1" "Secret" "prod" "db").data.key | required "no key" }}';
    expect(await rendered(template, { lookup })).toBe('k');
    const warnings: string[] = [];
    const chart = await chartOf({
      'Chart.yaml': '{apiVersion: v2, name: web, version: 1.0.0, deprecated: true}',
      'templates/a.yaml': 'x: {{ lookup "v1" "Secret" "prod" "db" | len }}',
    });
    await renderAsync(chart, { release, lookup, warn: (message) => warnings.push(message) });
    expect(warnings).toEqual(['This chart is deprecated']);
  });

  it('gives numbers the types that Go’s client gives them', async () => {
    const { lookup } = cluster({ 'v1/A//a': { n: 3_000_000, f: 1.5, list: [{ m: 1 }] } });
    const template =
      '{{ $a := lookup "v1" "A" "" "a" }}{{ $a.n }} {{ typeOf $a.n }} {{ typeOf $a.f }} {{ typeOf $a.list }}';
    expect(await rendered(template, { lookup })).toBe('3000000 int64 float64 []interface {}');
  });

  it('fails in the template with what a lookup fails with', async () => {
    const lookup = () => Promise.reject(new Error('secrets "db" is forbidden'));
    expect(await failure('{{ lookup "v1" "Secret" "prod" "db" }}', { lookup })).toMatchObject({
      code: 'HELM_TEMPLATE_FAILED',
      message:
        'template: web/templates/a.yaml:2:6: executing "web/templates/a.yaml" at <lookup "v1" "Secret" "prod" "db">: error calling lookup: secrets "db" is forbidden',
      source: { file: 'web/templates/a.yaml', line: 2 },
    });
  });

  it('HELM_LIMIT ends templates that never have enough', async () => {
    const { asked, lookup } = cluster({});
    const random = '{{ lookup "v1" "Secret" "prod" (randAlphaNum 20) | len }}';
    const endless = await failure(random, { lookup, lookupLimits: { maxRounds: 3 } });
    expect(endless.code).toBe('HELM_LIMIT');
    expect(endless.message).toMatch(
      /^lookup: after 3 rounds templates still ask for something new: v1 Secret prod \w{20}$/,
    );
    expect(asked).toHaveLength(3);
    const many = '{{ range until 50 }}{{ lookup "v1" "Secret" "prod" (print .) }}{{ end }}';
    expect(await failure(many, { lookup, lookupLimits: { maxRequests: 10 } })).toMatchObject({
      code: 'HELM_LIMIT',
      message: 'lookup: templates ask for more than 10 objects',
    });
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const lookup = () => {
      controller.abort(new Error('stopped'));
      return undefined;
    };
    const error = await failure('{{ lookup "v1" "A" "" "a" | len }}', {
      lookup,
      limits: { signal: controller.signal },
    });
    expect(error.message).toBe('stopped');
  });

  it('waits for post-renderers, one after the other', async () => {
    const text = await rendered('1', {
      postRenderers: [
        async (yaml) => Promise.resolve(yaml.replace('x: 1', 'x: 2')),
        (yaml) => yaml.replace('x: 2', 'x: 3'),
      ],
    });
    expect(text).toBe('3');
  });
});
