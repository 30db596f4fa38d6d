import { MemoryTree, NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { build } from '../build.ts';
import { bare, buildFiles, failure } from '../testing/build-files.ts';
import { encodeBase64 } from './base64.ts';
import { goJson } from './go-json.ts';
import type { HelmChartRequest } from './helm-renderer.ts';

const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i % 256);

describe('encodeBase64', () => {
  it.each([0, 1, 2, 3, 50, 255])('encodes %i bytes as others do', (length) => {
    expect(encodeBase64(bytes(length)).replaceAll('\n', '')).toBe(
      Buffer.from(bytes(length)).toString('base64'),
    );
  });

  it('breaks lines of 70, with a break at the end, where one line is not enough', () => {
    expect(encodeBase64(bytes(51))).toHaveLength(68);
    expect(
      encodeBase64(bytes(54))
        .split('\n')
        .map((line) => line.length),
    ).toEqual([70, 2, 0]);
  });
});

describe('goJson', () => {
  it.each([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    ['<a href="x">&\u2028', String.raw`"\u003ca href=\"x\"\u003e\u0026\u2028"`],
    [{ '\u{1F600}': 1, '\uFFFD': 2, a: 3 }, '{"a":3,"\uFFFD":2,"\u{1F600}":1}'],
    [1e21, '1e+21'],
    [1e-7, '1e-07'],
    [new NumberLiteral('12345678901234567890'), '12345678901234567890'],
  ])('writes %j as Go does', (value, json) => {
    expect(goJson(value)).toBe(json);
  });

  it('indents', () => {
    expect(goJson({ a: [1], b: {} }, 2)).toBe('{\n  "a": [\n    1\n  ],\n  "b": {}\n}');
  });
});

describe('configMapGenerator', () => {
  const generated = (args: string, files: Record<string, string | Uint8Array> = {}): string =>
    buildFiles({
      'kustomization.yaml': `generatorOptions: { disableNameSuffixHash: true }\nconfigMapGenerator:\n- name: settings\n${args}`,
      ...files,
    });

  it('reads env files as they are, comments and blank lines aside', () => {
    const env = '\uFEFF# first\n\n  A = 1 \nB="quoted"\r\nC\n=ignored\nD=x=y\n';
    expect(generated('  envs: [app.env]\n', { 'app.env': env })).toContain(
      `data:\n  'A ': ' 1 '\n  B: '"quoted"'\n  C: ""\n  D: x=y\n`,
    );
  });

  it('takes one pair of quotes off literals', () => {
    expect(generated(`  literals: ['a="x"', "b='y'", 'c="z', 'd=']\n`)).toContain(
      'data:\n  a: x\n  b: "y"\n  c: \'"z\'\n  d: ""\n',
    );
  });

  it('puts text under data and anything else under binaryData', () => {
    const output = generated('  files: [a.txt, key=b.bin]\n', {
      'a.txt': 'one\ntwo\n',
      'b.bin': Uint8Array.of(0xff, 0xfe),
    });
    expect(output).toContain('binaryData:\n  key: //4=\n');
    expect(output).toContain('data:\n  a.txt: |\n    one\n    two\n');
  });

  it.each([
    ['  literals: [novalue]\n', 'invalid literal source novalue, expected key=value'],
    ['  literals: ["=x"]\n', 'invalid literal source =x, expected key=value'],
    ['  files: ["=a.txt"]\n', 'missing key name for file path "a.txt" in source "=a.txt"'],
    ['  files: ["a="]\n', 'missing file path for key name "a" in source "a="'],
    ['  files: ["a=b=c"]\n', 'source "a=b=c" key name or file path contains \'=\''],
    ['  envs: [bad.env]\n', 'line 2 of bad.env has invalid utf8 bytes'],
  ])('refuses %j', (args, message) => {
    const files = { 'bad.env': Uint8Array.of(0x61, 0x0a, 0xff, 0x0a) };
    expect(failure(() => generated(args, files)).message).toContain(message);
  });

  it('has the same name for the same content, whatever the order and the options', () => {
    const nameOf = (args: string): string =>
      buildFiles({ 'kustomization.yaml': `configMapGenerator:\n- name: settings\n${args}` }).match(
        /name: (.*)/,
      )?.[1] ?? '';
    expect(nameOf('  literals: [a=1, b=2]\n')).toBe(
      nameOf('  literals: [b=2, a=1]\n  options: { labels: { x: z } }\n'),
    );
    expect(nameOf('  literals: [a=1]\n')).not.toBe(nameOf('  literals: [a=2]\n'));
    expect(nameOf('  literals: [a=1]\n')).toMatch(/^settings-[2456789bcdfghkmt]{10}$/);
  });
});

describe('helmCharts', () => {
  const files = {
    'kustomization.yaml': `
namespace: shop
namePrefix: eu-
helmGlobals: { chartHome: vendor }
helmCharts:
- name: redis
  releaseName: cache
  valuesInline: { replicas: 3, auth: { enabled: false } }
  additionalValuesFiles: [more.yaml]
  includeCRDs: true
  kubeVersion: 1.30.0
`,
    'more.yaml': 'more: true\n',
    'vendor/redis/Chart.yaml': 'name: redis\n',
    'vendor/redis/values.yaml': 'replicas: 1\nauth:\n  enabled: true\n  user: app\n',
  };

  it('asks the renderer, and takes its output for resources whose namespace is settled', () => {
    const asked: HelmChartRequest[] = [];
    const { resources } = build(MemoryTree.from(files), {
      helm: (request) => {
        asked.push(request);
        return `${bare('Service', 'cache', 'elsewhere')}---\n${bare('ServiceAccount', 'cache')}`;
      },
    });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      name: 'redis',
      chartPath: 'vendor/redis',
      isLocal: true,
      releaseName: 'cache',
      namespace: 'shop',
      includeCRDs: true,
      skipTests: false,
      kubeVersion: '1.30.0',
      values: [{ replicas: 3, auth: { enabled: false, user: 'app' } }, { more: true }],
    });
    expect(resources.map(({ object }) => [object.metadata.name, object.metadata.namespace])).toEqual([
      ['eu-cache', undefined],
      ['eu-cache', 'elsewhere'],
    ]);
  });

  it.each([
    ['merge', { replicas: 1, auth: { enabled: true, user: 'app' } }],
    ['replace', { replicas: 3, auth: { enabled: false } }],
  ])('merges inline values by %s', (how, values) => {
    const seen: unknown[] = [];
    const text = files['kustomization.yaml'].replace('includeCRDs: true', `valuesMerge: ${how}`);
    build(MemoryTree.from({ ...files, 'kustomization.yaml': text }), {
      helm: (request) => {
        seen.push(request.values[0]);
        return '';
      },
    });
    expect(seen).toEqual([values]);
  });

  it('leaves it to the renderer to put values below those of a chart that is not there', () => {
    const seen: HelmChartRequest[] = [];
    const chart =
      '{ name: redis, repo: "https://charts.example.com", valuesInline: { a: 1 }, valuesMerge: merge }';
    build(MemoryTree.from({ 'kustomization.yaml': `helmCharts:\n- ${chart}\n` }), {
      helm: (request) => {
        seen.push(request);
        return '';
      },
    });
    expect(seen[0]).toMatchObject({ values: [], valuesBelow: { a: 1 } });
  });

  it('leaves a chart that is not there to the renderer, with its repository and version', () => {
    const seen: HelmChartRequest[] = [];
    const text = 'helmCharts:\n- { name: redis, repo: "oci://charts.example.com", version: 1.2.3 }\n';
    build(MemoryTree.from({ 'kustomization.yaml': text }), {
      helm: (request) => {
        seen.push(request);
        return '';
      },
    });
    expect(seen[0]).toMatchObject({
      isLocal: false,
      chartPath: 'charts/redis-1.2.3/redis',
      version: '1.2.3',
      values: [{}],
    });
  });

  it.each([
    [
      'helmGlobals: { configHome: ./helm }\nhelmCharts: [{ name: redis, repo: x }]\n',
      'helmGlobals.configHome is refused',
    ],
    ['helmCharts: [{ repo: x }]\n', 'chart name cannot be empty'],
    [
      'helmGlobals: { chartHome: ../../up }\nhelmCharts: [{ name: redis }]\n',
      "chartHome '../../up' is outside of the tree",
    ],
    [
      'helmCharts: [{ name: redis, repo: x, valuesMerge: deep }]\n',
      'valuesMerge must be one of [merge override replace]',
    ],
  ])('refuses %j', (text, message) => {
    const error = failure(() => build(MemoryTree.from({ 'kustomization.yaml': text }), { helm: () => '' }));
    expect([error.code, error.summary]).toEqual(['KUSTOMIZE_HELM', message]);
  });

  it('says which chart a renderer has failed for', () => {
    const cause = new Error('template: no such function');
    const error = failure(() =>
      build(MemoryTree.from(files), {
        helm: () => {
          throw cause;
        },
      }),
    );
    expect(error).toMatchObject({
      code: 'KUSTOMIZE_HELM',
      summary: 'rendering chart redis: template: no such function',
      cause,
    });
  });
});
