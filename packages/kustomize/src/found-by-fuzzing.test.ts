import { describe, expect, it } from 'vitest';
import { bare, buildFiles, failure } from './testing/build-files.ts';

// Trees that tools/fuzz-kustomize found the program and the package to answer differently, made small.

/** Builds a kustomization over one file, `all.yaml`. */
function built(
  kustomization: string,
  resources: string,
  more: Readonly<Record<string, string>> = {},
): string {
  const files = { 'kustomization.yaml': `resources: [all.yaml]\n${kustomization}`, 'all.yaml': resources };
  return buildFiles({ ...files, ...more });
}

const widget = (spec = ''): string =>
  `apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: web\n${spec}`;

describe('a scalar that kustomize has written without a type', () => {
  it('is a number once a replacement makes it one: a name with a prefix', () => {
    const replacement = 'replacements:\n- sourceValue: "12"\n  targets:\n  - select: {}\n';
    expect(built(`namePrefix: a-\n${replacement}`, widget())).toContain('  name: 12\n');
    expect(built(replacement, widget())).toContain('  name: "12"\n');
  });

  it('is a number where a replacement has made the field, or replaced a map', () => {
    const replace = (options: string): string =>
      `replacements:\n- sourceValue: "12"\n  targets:\n  - select: {}\n    fieldPaths: [spec.x]\n    ${options}\n`;
    expect(built(replace('options: { create: true }'), widget())).toContain('  x: 12\n');
    expect(built(replace(''), widget('spec:\n  x: { y: z }\n'))).toContain('  x: 12\n');
    expect(built(replace(''), widget('spec:\n  x: y\n'))).toContain('  x: "12"\n');
  });

  it('is a number where a prefix makes the field', () => {
    const files = { 'config.yaml': 'namePrefix:\n- path: spec/x\n  create: true\n' };
    expect(built('namePrefix: "1"\nconfigurations: [config.yaml]\n', widget(), files)).toContain('  x: 1\n');
  });

  it('is a text where vars are looked for', () => {
    const replacement =
      'replacements:\n- sourceValue: "true"\n  targets:\n  - select: {}\n    fieldPaths: [metadata.labels.a]\n    options: { create: true }\n';
    const vars = 'vars:\n- name: NAME\n  objref: { kind: Widget, name: web, apiVersion: example.com/v1 }\n';
    expect(built(replacement, widget())).toContain('    a: true\n');
    expect(built(`${replacement}${vars}`, widget())).toContain('    a: "true"\n');
  });

  const patch = (metadata: string): string =>
    `patches:\n- patch: |\n    apiVersion: example.com/v1\n    kind: Widget\n    metadata: ${metadata}\n`;
  const base = {
    'base/kustomization.yaml': 'namespace: "12"\nresources: [widget.yaml]\n',
    'base/widget.yaml': widget(),
  };

  it('is a number where a patch names the namespace, and a text where it does not', () => {
    const patched = (text: string): string =>
      buildFiles({ 'kustomization.yaml': `resources: [base]\n${text}`, ...base });
    expect(patched(patch("{ name: web, namespace: '12' }"))).toContain('  namespace: 12\n');
    expect(patched(`${patch('{ name: web }')}  target: { kind: Widget }\n`)).toContain('  namespace: "12"\n');
  });
});

describe('an object without apiVersion', () => {
  it('has one that is null after any number of patches with a target, and a blank text where that is written', () => {
    const patch =
      '- patch: |\n    apiVersion: v1\n    kind: W\n    metadata: { name: a }\n    spec: { b: c }\n  target: {}\n';
    const object = 'kind: W\nmetadata: { name: a }\n';
    expect(built(`patches:\n${patch}`, object)).toContain('apiVersion: null\n');
    expect(built(`patches:\n${patch}${patch}`, object)).toContain('apiVersion: null\n');
    expect(built(`patches:\n${patch}${patch}`, `apiVersion: ""\n${object}`)).toContain('apiVersion: ""\n');
  });
});

describe('replicas', () => {
  it('cannot take the place of a map', () => {
    const files = { 'config.yaml': 'replicas: [{ path: spec/x, kind: Widget }]\n' };
    const kustomization = 'replicas: [{ name: web, count: 3 }]\nconfigurations: [config.yaml]\n';
    expect(failure(() => built(kustomization, widget('spec: { x: { y: z } }\n'), files)).summary).toContain(
      'wrong node kind: expected ScalarNode but got MappingNode',
    );
  });

  const scaled = (replicas: string, patched: string): string =>
    built(
      `replicas: [{ name: web, count: 3 }]\npatches:\n- patch: |\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata: { name: web }\n    spec: { replicas: ${patched} }\n`,
      `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: ${replicas} }\n`,
    );

  it('are a text where the resource has one, whatever a patch has put there', () => {
    expect(scaled('1', '"7"')).toContain('  replicas: 3\n');
    expect(scaled('"1"', '7')).toContain('  replicas: "3"\n');
  });
});

describe('configurations', () => {
  const configured = (create: boolean): string =>
    built('commonAnnotations: { a: b }\nconfigurations: [config.yaml]\n', widget(), {
      'config.yaml': `commonAnnotations:\n- { path: metadata/annotations, kind: Deployment, create: ${create} }\n`,
    });

  it('contradict a default for all kinds, too', () => {
    expect(failure(() => configured(false)).summary).toContain(
      'failed to merge CommonAnnotations fieldSpec: conflicting fieldspecs',
    );
  });

  it('take the place of a default for all kinds', () => {
    expect(configured(true)).not.toContain('annotations');
  });
});

describe('schemas of a base', () => {
  const files = (before: string): Record<string, string> => ({
    'kustomization.yaml': `resources: [${before}base]\npatches:\n- patch: |\n    apiVersion: v1\n    kind: Pod\n    metadata: { name: web }\n    spec: { containers: [{ name: b }] }\n`,
    'widget.yaml': widget(),
    'base/kustomization.yaml': 'resources: [pod.yaml]\nopenapi: { path: schema.json }\n',
    'base/schema.json': '{ "definitions": {} }',
    'base/pod.yaml': `${bare('Pod', 'web')}spec: { containers: [{ name: a }] }\n`,
  });

  it('take the place of those of Kubernetes, unless these were needed before', () => {
    expect(buildFiles(files(''))).not.toContain('name: a\n');
    expect(buildFiles(files('widget.yaml, '))).toContain('name: a\n');
  });

  it('come in addition where the caller wants so', () => {
    expect(buildFiles(files(''), { keepBuiltinSchemas: true })).toContain('name: a\n');
  });
});

describe('a merge patch', () => {
  it('writes a boolean over a quoted text as it is written', () => {
    const patch =
      'patches:\n- patch: |\n    apiVersion: example.com/v1\n    kind: Widget\n    metadata: { name: web }\n    spec: { a: True }\n';
    expect(built(patch, widget('spec: { a: "b" }\n'))).toContain('  a: "True"\n');
    expect(built(patch, widget('spec: { a: b }\n'))).toContain('  a: true\n');
  });
});

describe('a JSON patch', () => {
  it("cannot take away what looks like one of kustomize's own notes", () => {
    const resource =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations: { internal.config.kubernetes.io/x: y, z: z }\n';
    const remove = '[{ "op": "remove", "path": "/metadata/annotations" }]';
    const patch = `patches:\n- target: {}\n  patch: '${remove}'\n`;
    expect(built(patch, resource)).toContain(
      '  annotations:\n    internal.config.kubernetes.io/x: "y"\n  name',
    );
  });
});

describe('a generator that merges', () => {
  it('keeps how booleans and dates of a file are written', () => {
    const generator =
      'generatorOptions: { disableNameSuffixHash: true }\nconfigMapGenerator: [{ name: a, behavior: merge, literals: [c=d] }]\n';
    expect(built(generator, `${bare('ConfigMap', 'a')}data:\n  a: True\n  b: 2020-01-01\n`)).toContain(
      '  a: "True"\n  b: "2020-01-01"\n',
    );
  });
});

describe('validators', () => {
  it('fail where they move resources to where these are already', () => {
    const validator =
      'validators:\n- |\n  apiVersion: builtin\n  kind: NamespaceTransformer\n  metadata: { name: a, namespace: shop }\n  unsetOnly: true\n';
    expect(failure(() => built(`namespace: shop\n${validator}`, widget())).summary).toContain(
      "validator shouldn't modify the resource map",
    );
  });
});

describe('a replacement', () => {
  const create = (path: string): string =>
    `replacements:\n- sourceValue: v\n  targets:\n  - select: {}\n    fieldPaths: [${path}]\n    options: { create: true }\n`;

  it('makes nothing below null, and fails below what is left out', () => {
    expect(built(create('spec.x.y'), widget('spec:\n  x: null\n'))).toContain('  x: null\n');
    expect(failure(() => built(create('spec.x.y'), widget('spec:\n  x:\n'))).summary).toContain(
      'unable to find or create field "spec.x.y" in replacement target: wrong node kind',
    );
  });

  it('fails where it takes the name away', () => {
    const replacement =
      'replacements:\n- sourceValue: v\n  targets:\n  - select: { kind: Widget }\n    fieldPaths: [metadata]\n';
    expect(failure(() => built(replacement, widget())).summary).toContain('missing metadata.name in object');
  });
});

describe('a replacement inside a YAML text', () => {
  const edited = (text: string, sourceValue: string, path: string): string =>
    built(
      `replacements:\n- sourceValue: ${JSON.stringify(sourceValue)}\n  targets:\n  - select: {}\n    fieldPaths: [data.text.${path}]\n    options: { create: true }\n`,
      `${bare('ConfigMap', 'a')}data:\n  text: ${JSON.stringify(text)}\n`,
    );

  it.each([
    { what: 'makes a blank field', text: 'a: b\n', value: '', path: 'c', expected: '    a: b\n    c:\n' },
    {
      what: 'keeps no comment of a map that it replaces',
      text: 'a:\n  b: c # note\n',
      value: 'yes',
      path: 'a',
      expected: "  text: 'a: yes'\n",
    },
    {
      what: 'leaves what looks like a comment in a block of text',
      text: 'a: |\n  b\n  # c\n',
      value: 'd',
      path: 'e',
      expected: '    a: |\n      b\n      # c\n    e: d\n',
    },
    {
      what: 'keeps the comment behind the key of a map that it replaces',
      text: 'a: # note\n  b: c\nd: e\n',
      value: '12',
      path: 'a',
      expected: '    a: 12 # note\n    d: e\n',
    },
    {
      what: 'keeps comments below an entry, with the blank line behind them',
      text: 'a: b\n# below\n\nc: d\n',
      value: 'e',
      path: 'c',
      expected: '    a: b\n    # below\n\n    c: e\n',
    },
    {
      what: 'keeps comments at the end in the last map of a list',
      text: 'a: b\nc:\n- d: e\n# end',
      value: 'f',
      path: 'a',
      expected: '    a: f\n    c:\n    - d: e\n      # end\n',
    },
    {
      what: 'keeps comments at the end with the entry that is indented as they are',
      text: 'a: b\nc:\n  d:\n    e: f\n  # end\n',
      value: 'g',
      path: 'a',
      expected: '    a: g\n    c:\n      d:\n        e: f\n      # end\n',
    },
    {
      what: 'writes texts of several lines into flow collections with escapes',
      text: 'a: [b, c]\n',
      value: 'd\ne\n',
      path: 'a.1',
      expected: `  text: 'a: [b, "d\\ne\\n"]'\n`,
    },
    {
      what: 'writes nothing over null',
      text: 'a: ~\nb: c\n',
      value: '',
      path: 'a',
      expected: '    a:\n    b: c\n',
    },
    {
      what: 'leaves JSON alone where a number would lose its type',
      text: '{"a": 1, "b": "<"}',
      value: '1.0',
      path: 'a',
      expected: `  text: '{"a": 1, "b": "<"}'\n`,
    },
    {
      what: 'makes a text blank',
      text: 'a: b\nc: d\n',
      value: '',
      path: 'a',
      expected: '    a: ""\n    c: d\n',
    },
    {
      what: 'makes nothing below null',
      text: 'a: ~\n',
      value: 'f',
      path: 'a.b',
      expected: "  text: 'a: ~'\n",
    },
    {
      what: 'changes a text with a tag that does not fit',
      text: 'a: !!int large\nb: 1\n',
      value: '2',
      path: 'b',
      expected: '    a: !!int large\n    b: 2\n',
    },
  ])('$what', ({ text, value, path, expected }) => {
    expect(edited(text, value, path)).toContain(expected);
  });
});
