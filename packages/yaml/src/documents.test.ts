import { describe, expect, it } from 'vitest';
import { parse, parseDocuments, YamlError } from './index.ts';

function failure(run: () => unknown): YamlError {
  try {
    run();
  } catch (error) {
    if (error instanceof YamlError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

const TWO_OBJECTS = `# Shop front
apiVersion: v1
kind: Service
metadata:
  name: shop
spec:
  ports:
  - port: 80
    name: http
  - {port: 443, name: https}
---
# nothing here
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
`;

describe('parseDocuments', () => {
  it('gives every document that is not empty, with its number and line', () => {
    const documents = parseDocuments(TWO_OBJECTS);
    expect(documents.map(({ index, line }) => [index, line])).toEqual([
      [0, 2],
      [1, 14],
    ]);
    expect(documents[1]?.value).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
    });
  });

  it.each(['', '\n', '# comment\n', '---\n', '---\n---\n# x\n', '\uFEFF', 'null\n', '--- \n...\n'])(
    'gives none for a text without content: %j',
    (text) => {
      expect(parseDocuments(text)).toEqual([]);
      expect(parseDocuments(text, { dialect: 'yaml11' })).toEqual([]);
    },
  );

  it('splits at lines with --- and a comment', () => {
    const documents = parseDocuments('---\na: 1\n--- # next\nb: 2\n---\t\nc: |\n  x\n---\n');
    expect(documents.map((document) => document.value)).toEqual([{ a: 1 }, { b: 2 }, { c: 'x\n' }]);
  });

  it('takes a comment without a space behind --- as kustomize does', () => {
    expect(parseDocuments('a: 1\n---#next\nb: 2\n').map((document) => document.value)).toEqual([
      { a: 1 },
      { b: 2 },
    ]);
  });

  it('refuses text behind ---', () => {
    const error = failure(() => parseDocuments('a: 1\n--- b: 2\nc: 3\n', { file: 'app.yaml' }));
    expect(error).toMatchObject({
      code: 'YAML_DOCUMENT_SEPARATOR',
      message: 'invalid document separator: --- b: 2',
      source: { file: 'app.yaml', line: 2, column: 1 },
    });
  });

  it('reads a stream with content on the marker line in dialect yaml11', () => {
    const documents = parseDocuments('--- a\n--- |\n x\n...\n--- [1]\n', { dialect: 'yaml11' });
    expect(documents.map((document) => document.value)).toEqual(['a', 'x\n', [1]]);
  });

  it('ends values that are not written at the marker', () => {
    const documents = parseDocuments('a:\n---\n-\n---\n- &x\n---\n? b\n', { dialect: 'yaml11' });
    expect(documents.map((document) => document.value)).toEqual([{ a: null }, [null], [null], { b: null }]);
  });

  it('drops what follows ... up to the next separator, as kustomize does', () => {
    const documents = parseDocuments('a: 1\n...\nb: 2\n---\nc: 3\n');
    expect(documents.map((document) => document.value)).toEqual([{ a: 1 }, { c: 3 }]);
  });

  it('reads CR LF, CR and a byte order mark', () => {
    const text = '\uFEFFa: 1\r\nb: |\r\n  x\r\n  y\r\n---\r\nc: 2\r';
    expect(parseDocuments(text).map((document) => document.value)).toEqual([{ a: 1, b: 'x\ny\n' }, { c: 2 }]);
  });

  it('gives records that inherit nothing', () => {
    const [document] = parseDocuments('__proto__: {polluted: 1}\nconstructor: x\ntoString: y\n');
    const value = document?.value as Record<string, unknown>;
    expect(Object.getPrototypeOf(Object.getPrototypeOf(value))).toBeNull();
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(JSON.stringify(value)).toBe('{"__proto__":{"polluted":1},"constructor":"x","toString":"y"}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('bounds the length, the documents and the depth', () => {
    const long = failure(() => parseDocuments('a: 12345', { limits: { maxLength: 5 } }));
    expect(long).toMatchObject({ code: 'YAML_LIMIT', hint: expect.stringContaining('limits.maxLength') });
    const many = failure(() => parseDocuments('a\n---\nb\n---\nc\n', { limits: { maxDocuments: 2 } }));
    expect(many.message).toBe('the text has more than 2 documents');
    const deep = failure(() => parseDocuments('a: {b: [c: 1]}', { limits: { maxDepth: 2 } }));
    expect(deep).toMatchObject({
      code: 'YAML_LIMIT',
      message: 'exceeded max depth of 2',
      source: { line: 1, column: 8 },
    });
  });

  it.each([
    ['flow sequences', '['.repeat(100_000)],
    ['flow mappings', '{a: '.repeat(100_000)],
    ['block sequences', '- '.repeat(100_000)],
    ['block mappings', Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
  ])('stops at deeply nested %s without exhausting the stack', (_, text) => {
    expect(failure(() => parseDocuments(text)).code).toBe('YAML_LIMIT');
  });

  it('stops at keys within keys without growing by each', () => {
    const text = `${' ?  '.repeat(80)}x`;
    expect(failure(() => parseDocuments(text))).toMatchObject({ code: 'YAML_KEY' });
    expect(failure(() => parseDocuments(text)).message.length).toBeLessThan(500);
  });

  it('reads what is nested 400 deep', () => {
    const depth = 400;
    expect(JSON.stringify(parse('['.repeat(depth) + ']'.repeat(depth)))).toBe(
      '['.repeat(depth) + ']'.repeat(depth),
    );
  });
});

describe('parse', () => {
  it('gives the only document', () => {
    expect(parse('a: [1, two]\n')).toEqual({ a: [1, 'two'] });
    expect(parse(new TextEncoder().encode('é: ü\n'))).toEqual({ é: 'ü' });
  });

  it('gives null for a text without a document', () => {
    expect(parse('# nothing\n')).toBeNull();
    expect(parse('# nothing\n', { documents: 'first', dialect: 'yaml11' })).toBeNull();
  });

  it('refuses a second document', () => {
    const error = failure(() => parse('a: 1\n---\n\nb: 2\n', { file: 'values.yaml' }));
    expect(error).toMatchObject({
      code: 'YAML_DOCUMENT_COUNT',
      source: { file: 'values.yaml', line: 4, column: 1 },
    });
  });

  it('reads no further than the first document on request', () => {
    const options = { documents: 'first', dialect: 'yaml11' } as const;
    expect(parse('a: 1\n---\nb: [\n', options)).toEqual({ a: 1 });
    expect(parse('---\n---\nb: 2\n', options)).toBeNull();
    expect(parse('# c\n---\nb: 2\n', options)).toEqual({ b: 2 });
    expect(parse('[]\ntrailing: text\n', options)).toEqual([]);
  });
});

describe('YamlDocument.locate', () => {
  const [service, deployment] = parseDocuments(TWO_OBJECTS, { file: 'shop.yaml' });
  const at = (line: number, column: number) => ({ file: 'shop.yaml', line, column });

  it('finds values and keys of block collections', () => {
    expect(service?.locate(['metadata', 'name'])).toEqual(at(5, 9));
    expect(service?.locate(['metadata', 'name'], 'key')).toEqual(at(5, 3));
    expect(service?.locate(['metadata'])).toEqual(at(5, 3));
    expect(service?.locate(['spec', 'ports', 0])).toEqual(at(8, 5));
    expect(service?.locate(['spec', 'ports', 0, 'name'])).toEqual(at(9, 11));
  });

  it('finds values in braces', () => {
    expect(service?.locate(['spec', 'ports', 1])).toEqual(at(10, 5));
    expect(service?.locate(['spec', 'ports', 1, 'name'])).toEqual(at(10, 23));
    expect(service?.locate(['spec', 'ports', 1, 'port'], 'key')).toEqual(at(10, 6));
  });

  it('finds the root, also of a later document', () => {
    expect(service?.locate([])).toEqual(at(2, 1));
    expect(deployment?.locate([])).toEqual(at(14, 1));
    expect(deployment?.locate(['metadata', 'name'])).toEqual(at(17, 9));
  });

  it('gives nothing for a path that is not there', () => {
    expect(service?.locate(['spec', 'nope'])).toBeUndefined();
    expect(service?.locate(['spec', 'ports', 7])).toBeUndefined();
    expect(service?.locate(['kind', 'deeper'])).toBeUndefined();
  });

  it('finds what an alias or a merge brings where it is written', () => {
    const [document] = parseDocuments('base: &base\n  cpu: 1\nweb:\n  <<: *base\n  ram: 2\ncopy: *base\n', {
      file: 'm.yaml',
    });
    expect(document?.locate(['web', 'cpu'])).toEqual({ file: 'm.yaml', line: 2, column: 8 });
    expect(document?.locate(['copy', 'cpu'], 'key')).toEqual({ file: 'm.yaml', line: 2, column: 3 });
  });

  it('places a value that is not written at its key', () => {
    const [document] = parseDocuments('a:\n\n# comment\nb: ~\nc: {d: , e}\nf:\n-\n- x\n');
    expect(document?.locate(['a'])).toMatchObject({ line: 1, column: 1 });
    expect(document?.locate(['b'])).toMatchObject({ line: 4, column: 4 });
    expect(document?.locate(['f', 0])).toMatchObject({ line: 7, column: 1 });
    expect(document?.locate(['f', 1])).toMatchObject({ line: 8, column: 3 });
  });

  it('finds scalars of several lines and quoted keys', () => {
    const [document] = parseDocuments('"a b": |\n  x\n\'c\':\n  >-\n  y\n? d\n: e\n');
    expect(document?.locate(['a b'])).toMatchObject({ line: 1, column: 8 });
    expect(document?.locate(['c'], 'key')).toMatchObject({ line: 3, column: 1 });
    expect(document?.locate(['c'])).toMatchObject({ line: 4, column: 3 });
    expect(document?.locate(['d'])).toMatchObject({ line: 7, column: 3 });
  });
});
