import { type KubeObject, NumberLiteral } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { failure } from '../testing/build-files.ts';
import { expandText } from './expand.ts';
import { substitute } from './substitute.ts';

const VALUES: Readonly<Record<string, string>> = {
  host: 'shop.example.com',
  path: '/srv/www/index.tar.gz',
  name: 'Émile',
  empty: '',
};
const lenient = (name: string): string => (Object.hasOwn(VALUES, name) ? (VALUES[name] ?? '') : '');
const strict = (name: string): string | undefined => (Object.hasOwn(VALUES, name) ? VALUES[name] : undefined);

describe('expandText', () => {
  it.each([
    ['https://${host}/', 'https://shop.example.com/'],
    ['$host $ {host} 5$', '$host $ {host} 5$'],
    ['$${host} and $$', '${host} and $'],
    ['${missing}', ''],
    ['${missing:-none}', 'none'],
    ['${missing:=none}', 'none'],
    ['${missing=none}', 'none'],
    ['${empty:-none}', 'none'],
    ['${host:-none}', 'shop.example.com'],
    ['${missing:-${host}:${missing:=80}}', 'shop.example.com:80'],
    ['${#host}', '16'],
    ['${#name}', '6'],
    ['${host:5}', 'example.com'],
    ['${host:5:7}', 'example'],
    ['${host:-3}', 'shop.example.com'],
    ['${host:0:-4}', 'shop.example'],
    ['${host:99}', ''],
    ['${host^}', 'Shop.example.com'],
    ['${host^^}', 'SHOP.EXAMPLE.COM'],
    ['${name,}', 'émile'],
    ['${name,,}', 'émile'],
    ['${path#*/}', 'srv/www/index.tar.gz'],
    ['${path##*/}', 'index.tar.gz'],
    ['${path%.*}', '/srv/www/index.tar'],
    ['${path%%.*}', '/srv/www/index'],
    ['${host#[a-s]hop.}', 'example.com'],
    ['${host#nothing}', 'shop.example.com'],
    ['${host/e/E}', 'shop.Example.com'],
    ['${host//e/E}', 'shop.ExamplE.com'],
    ['${host//./}', 'shopexamplecom'],
    ['${host/#shop/cart}', 'cart.example.com'],
    ['${host/%com/org}', 'shop.example.org'],
    ['${path//\\//_}', '_srv_www_index.tar.gz'],
  ])('makes of %s: %s', (text, expected) => {
    expect(expandText(text, lenient)).toBe(expected);
  });

  it.each([
    ['${', 'unable to parse variable name'],
    ['${}', 'unable to parse variable name'],
    ['${host', 'missing closing brace'],
    ['${host-none}', 'missing closing brace'],
    ['${host+other}', 'missing closing brace'],
    ['${host:}', 'unable to parse substitution within function'],
    ['${host%}', 'unable to parse substitution within function'],
    ['${host:=none', 'unable to parse substitution within function'],
    ['${host/x}', 'bad substitution'],
    ['${#host.x}', 'bad substitution'],
    ['${host^^^}', 'bad substitution'],
  ])('refuses %s', (text, message) => {
    expect(failure(() => expandText(text, lenient)).message).toBe(message);
  });

  it('refuses a variable without value and default where it is strict', () => {
    expect(failure(() => expandText('${missing}', strict)).message).toBe(
      'variable not set (strict mode): "missing"',
    );
    expect(failure(() => expandText('${missing^^}', strict)).message).toContain('strict mode');
    expect(expandText('${missing:=x}${empty}', strict)).toBe('x');
  });

  it('refuses nesting without end', () => {
    expect(failure(() => expandText('${a:=${b:='.repeat(200), lenient)).message).toContain(
      'nested too deeply',
    );
  });
});

function service(
  spec: Record<string, unknown>,
  metadata: Record<string, unknown> = {},
): { object: KubeObject } {
  return { object: { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', ...metadata }, spec } };
}

describe('substitute', () => {
  it('lets the value decide the type, as it works on the text', () => {
    const [resource] = substitute(
      [service({ port: '${port}', quoted: '"${port}"', flag: '${flag}', text: 'p${port}' })],
      {
        port: '8080',
        flag: 'true',
      },
    );
    expect(resource?.object['spec']).toEqual({ port: 8080, quoted: '"8080"', flag: true, text: 'p8080' });
  });

  it('replaces in keys, and structure where a value brings it', () => {
    const [resource] = substitute([service({ '${key}': 1, list: '${list}' })], { key: 'k', list: '[a, b]' });
    expect(resource?.object['spec']).toEqual({ k: 1, list: ['a', 'b'] });
  });

  it('takes line breaks out of values', () => {
    const [resource] = substitute([service({ type: '${type}' })], { type: 'Cluster\nIP\n' });
    expect(resource?.object['spec']).toEqual({ type: 'ClusterIP' });
  });

  it('leaves objects alone that opt out by label or annotation, or hold no expression', () => {
    const key = 'kustomize.toolkit.fluxcd.io/substitute';
    const resources = [
      service({ a: '${x}' }, { labels: { [key]: 'disabled' } }),
      service({ a: '${x}' }, { annotations: { [key]: 'disabled' } }),
      service({ a: 'plain' }),
    ];
    for (const [i, resource] of substitute(resources, { x: '1' }).entries())
      expect(resource).toBe(resources[i]);
  });

  it('does nothing without variables, unless it always shall', () => {
    const resources = [service({ a: '$${x} ${y:=1}' })];
    expect(substitute(resources, {})[0]).toBe(resources[0]);
    expect(substitute(resources, {}, { strategy: 'Always' })[0]?.object['spec']).toEqual({ a: '${x} 1' });
  });

  it('fails for an unset variable only where it is strict', () => {
    const resources = [{ ...service({ a: '${x}' }), origin: { file: 'web.yaml', line: 3 } }];
    expect(substitute(resources, { y: '' }, { strict: false })[0]?.object['spec']).toEqual({ a: null });
    const error = failure(() => substitute(resources, { y: '' }));
    expect(error).toMatchObject({
      code: 'KUSTOMIZE_SUBSTITUTION',
      message: 'envsubst error: variable substitution failed: variable not set (strict mode): "x"',
      source: { file: 'web.yaml', line: 3 },
      object: { kind: 'Service', name: 'web' },
    });
    expect(error.hint).toContain('${x:=default}');
  });

  it('refuses names that are none, whether used or not', () => {
    const run = (metadata = {}): unknown =>
      substitute([service({ a: 'plain' }, metadata)], { 'my-var': '1' });
    expect(failure(run).message).toContain("envsubst error: 'my-var' var name is invalid");
    expect(run({ labels: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' } })).toHaveLength(1);
  });

  it('gives numbers no more digits than a float has, as Flux reads the result from JSON', () => {
    const long = new NumberLiteral('9007199254740993');
    const [resource] = substitute([service({ long })], { x: '1' });
    expect(resource?.object['spec']).toEqual({ long: 9_007_199_254_740_992 });
  });

  it('refuses what is left of a character that an expression has cut in two', () => {
    expect(failure(() => substitute([service({ a: 'x${x:1}' })], { x: 'é' })).message).toContain(
      'YAMLToJSON: yaml: invalid leading UTF-8 octet',
    );
    expect(failure(() => substitute([service({ a: '${x:0:1}x' })], { x: 'é' })).message).toContain(
      'YAMLToJSON: yaml: invalid trailing UTF-8 octet',
    );
  });

  it('says where a value has broken the YAML', () => {
    expect(failure(() => substitute([service({ a: '${x}' })], { x: '"' })).message).toContain(
      'envsubst error: YAMLToJSON: yaml:',
    );
  });
});
