import { parse } from '@gitops-toolkit/yaml';
import { describe, expect, it } from 'vitest';
import { IndexCache } from './index-cache.ts';
import { ParsedEntries } from './index-entries.ts';
import { readIndex, type ReadIndexOptions } from './read-index.ts';
import { RepositoryIndex } from './repository-index.ts';

const encoder = new TextEncoder();

const read = (text: string, options?: ReadIndexOptions): Promise<RepositoryIndex> =>
  readIndex([encoder.encode(text)], options);

/** In pieces of a few bytes, so that everything is cut somewhere. */
function* inPieces(text: string, length: number): Generator<Uint8Array> {
  const bytes = encoder.encode(text);
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

/** What all entries of an index are where it is parsed as a whole. */
function parsedAsWhole(text: string): RepositoryIndex {
  const { entries } = parse(text, { dialect: 'yaml11', documents: 'first' }) as {
    entries: Record<string, unknown>;
  };
  const warn = (): void => {};
  return new RepositoryIndex({
    digest: 'sha256:',
    size: 0,
    name: 'x',
    entries: new ParsedEntries(entries ?? {}),
    warn,
  });
}

const contents = (index: RepositoryIndex): unknown =>
  Object.fromEntries(index.charts.map((chart) => [chart, index.versions(chart)]));

const ENTRY = '{name: web, version: 1.0.0, urls: [web.tgz]}';
const USUAL = `apiVersion: v1
entries:
  web:
  - name: web
    version: 1.10.0
    urls: [web-1.10.0.tgz]
  - name: web
    version: "1.2.0"
    urls:
    - web-1.2.0.tgz
generated: "2024-01-02T03:04:05Z"
`;

/** Indexes of all forms; those that say "odd" have to be parsed as a whole. */
const FORMS: Readonly<Record<string, string>> = {
  usual: USUAL,
  'lists further in': USUAL.replace(/^( +)- /gm, '$1  - ').replace(/^ {4}(?=\w)/gm, '      '),
  'windows line ends': USUAL.replaceAll('\n', '\r\n'),
  'a mark and a marker': `\ufeff---\n${USUAL}`,
  'two documents': `${USUAL}---\napiVersion: v2\nentries: {}\n`,
  'no newline at the end': USUAL.trimEnd(),
  'entries last, comments between': `apiVersion: v1 # one\n# two\nentries: # three\n# four\n  # five\n  web: # six\n  # seven\n  - name: web # eight\n\n    version: 1.0.0 # nine\n`,
  'texts of several lines': `apiVersion: v1
entries:
  web:
  - description: "quoted
version: 9.9.9
  other:
  - \\"name"
    annotations: {a: "}"}
    home: 'it''s
  web2:
'
    name: web
    notes: |
      version: 8.8.8
       - "never closed
    icon: plain
      goes on "here
      version
    version: 1.0.0
  other:
  - description: >-
      folded

      text
    name: other
    version: 2.0.0
`,
  'a dash alone': `apiVersion: v1\nentries:\n  web:\n  -\n    name: web\n    version: 1.0.0\n  -   version: 2.0.0\n      name: web\n`,
  'quoted names': `apiVersion: v1\n"entries":\n  "web":\n  - "name": web\n    'version': 1.0.0\n`,
  'nothing, or brackets, behind names': `apiVersion: v1\nentries:\n  a:\n  b: []\n  c: null\n  web: [${ENTRY}]\n`,
  'versions that are numbers': `apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.10}\n  - name: web\n    version: 2\n`,
  'no charts': 'apiVersion: v1\nentries: {}\n',
  'no entries': 'apiVersion: v1\nentries:\n',
  'nested versions': `apiVersion: v1\nentries:\n  web:\n  - dependencies:\n    - name: db\n      version: 7.7.7\n    name: web\n    version: 1.0.0\n`,
  'odd: an anchor': `apiVersion: v1\nentries:\n  web:\n  - &a ${ENTRY}\n  web2:\n  - *a\n`,
  'odd: brackets over lines': `apiVersion: v1\nentries: {web: [\n${ENTRY}\n]}\n`,
  'odd: all in brackets': `{apiVersion: v1, entries: {web: [${ENTRY}]}}`,
  'odd: a merge': `x: &x {version: 3.0.0}\napiVersion: v1\nentries:\n  web:\n  - name: web\n    <<: {version: 3.0.0}\n`,
  'odd: a tab': `apiVersion: v1\nentries:\n  web:\n  - name:\tweb\n    version: 1.0.0\n`,
  'odd: names that are numbers': `apiVersion: v1\nentries:\n  1:\n  - ${ENTRY}\n  yes:\n  - ${ENTRY}\n`,
  json: JSON.stringify({
    apiVersion: 'v1',
    entries: { 'we"b': [{ name: 'web', version: '1.0.0', urls: ['}]'] }], b: [], c: null },
  }),
  'json of many lines': JSON.stringify(
    {
      entries: {
        web: [{ maintainers: [{ name: 'x', url: 'version' }], name: 'web', version: '1.\u00302.0' }, null],
      },
      apiVersion: 'v1',
    },
    null,
    2,
  ),
};

describe('readIndex', () => {
  it.each(Object.entries(FORMS))('takes apart what it is not told of beforehand: %s', async (_, text) => {
    const whole = contents(parsedAsWhole(text));
    expect(contents(await read(text))).toEqual(whole);
    for (const length of [1, 2, 3, 7, 61])
      expect(contents(await readIndex(inPieces(text, length)))).toEqual(whole);
  });

  it('puts the highest version first and has the digest of the bytes', async () => {
    const index = await read(USUAL);
    expect(index.versions('web').map(({ metadata }) => metadata.version)).toEqual(['1.10.0', '1.2.0']);
    expect(index.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(index.size).toBe(USUAL.length);
  });

  it.each([
    ['', 'empty index.yaml file'],
    ['entries: {}\n', 'no API version specified'],
    ['{"entries": {}}', 'no API version specified'],
    ['- a\n', 'the index is no map'],
    ['apiVersion: v1\nentries: [1]\n', 'entries is no map of charts'],
    ['apiVersion: v1\napiVersion: v2\n', 'key "apiVersion" already set in map'],
    ['apiVersion: "v1\n', 'error converting YAML to JSON: yaml:'],
  ])('refuses %j as Helm does', async (text, message) => {
    await expect(read(text)).rejects.toThrow(
      expect.objectContaining({ code: 'HELM_INDEX_INVALID', message: expect.stringContaining(message) }),
    );
  });

  it('SEC-HELM-06: leaves out bad entries with a warning and keeps the rest', async () => {
    const warnings: string[] = [];
    const index = await read(
      `apiVersion: v1
entries:
  web:
  - null
  - scalar
  - name: web
    version: latest
  - name: ../web
    version: 1.0.1
  - name: web
    version: 1.0.2
    dependencies: [null]
  - name: web
    version: [1]
  - name: web
    version: 1.0.0
    dependencies: [{name: db}, {name: db}]
  none: null
  text: none
`,
      { name: 'https://charts.example.com', warn: (message) => warnings.push(message) },
    );
    expect(index.versions('web').map(({ metadata }) => metadata.version)).toEqual(['1.0.0']);
    expect(index.versions('none')).toEqual([]);
    expect(warnings).toContain(
      'skipping loading invalid entry for chart "web" from https://charts.example.com: empty entry',
    );
    expect(warnings).toContain(
      'skipping loading invalid entry for chart "web" "latest" from https://charts.example.com: ' +
        'validation: chart.metadata.version "latest" is invalid',
    );
    expect(warnings).toHaveLength(6);
  });

  it('SEC-HELM-06: does not guess what version a number was', async () => {
    const warnings: string[] = [];
    const index = await read(
      'apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.10}\n  - {name: web, version: 1.0.0}\n',
      {
        warn: (message) => warnings.push(message),
      },
    );
    expect(index.find('web').metadata.version).toBe('1.0.0');
    expect(() => index.find('web', '1.1')).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining('left out, the first of them because: json: cannot'),
      }),
    );
    expect(warnings).toEqual([
      expect.stringContaining(
        'json: cannot unmarshal number into Go struct field ChartVersion.entries.Metadata.version of type string',
      ),
    ]);
  });

  it('SEC-HELM-06: a chart that cannot be read does not keep others from being found', async () => {
    const warnings: string[] = [];
    const index = await read(
      `apiVersion: v1\nentries:\n  bad: 1.1\n    x: y\n  worse: {a: b c: d}\n  web:\n  - ${ENTRY}\n`,
      {
        warn: (message) => warnings.push(message),
      },
    );
    expect(index.versions('bad')).toEqual([]);
    expect(index.find('web').urls).toEqual(['web.tgz']);
    expect(warnings).toEqual([
      expect.stringContaining('skipping loading invalid entries for chart "bad" from index.yaml'),
    ]);
  });

  it('SEC-HELM-07: of repeated versions the first wins, with a warning', async () => {
    const warnings: string[] = [];
    const list = ['first', 'second']
      .map((url) => `  - {name: web, version: 1.0.0, urls: [${url}]}\n`)
      .join('');
    const index = await read(`apiVersion: v1\nentries:\n  web:\n${list}`, {
      warn: (text) => warnings.push(text),
    });
    expect(index.find('web', '1.0.0').urls).toEqual(['first']);
    expect(warnings).toEqual(['chart "web" has version "1.0.0" more than once in index.yaml']);
  });

  it('SEC-PROTO-01: names of charts are names like any other', async () => {
    const index = await read(`apiVersion: v1\nentries:\n  __proto__:\n  - ${ENTRY}\n  constructor: []\n`);
    expect(index.charts).toEqual(['__proto__', 'constructor']);
    expect(index.find('__proto__').metadata.name).toBe('web');
    expect(index.has('toString')).toBe(false);
    expect(({} as Record<string, unknown>)['name']).toBeUndefined();
  });

  it('LIM-HELM-01: stops at the bound on bytes without reading on', async () => {
    let pieces = 0;
    function* endless(): Generator<Uint8Array> {
      for (;;) {
        pieces++;
        yield encoder.encode(`# ${'x'.repeat(1022)}`);
      }
    }
    const reading = readIndex(endless(), { limits: { indexBytes: 10_240 } });
    await expect(reading).rejects.toThrow(expect.objectContaining({ code: 'HELM_LIMIT' }));
    expect(pieces).toBe(11);
  });

  it('LIM-HELM-01: bounds charts, versions, and what has to be parsed as a whole', async () => {
    const limit = expect.objectContaining({ code: 'HELM_LIMIT' });
    const charts = `apiVersion: v1\nentries:\n${Array.from({ length: 20 }, (_, i) => `  c${i}: []\n`).join('')}`;
    await expect(read(charts, { limits: { charts: 10 } })).rejects.toThrow(limit);
    await expect(read(USUAL, { limits: { entries: 1 } })).rejects.toThrow(limit);
    const large = `apiVersion: v1\nentries:\n  web:\n  - {name: web, version: 1.0.0, home: ${'y'.repeat(200)}}\n`;
    const index = await read(large, { limits: { parsedBytes: 100 } });
    expect(() => index.find('web')).toThrow(limit);
    const odd = `apiVersion: v1\nx: &x ${'y'.repeat(100)}\nentries: {web: [${ENTRY}, ${ENTRY}]}\n`;
    await expect(read(odd, { limits: { parsedBytes: 100 } })).rejects.toThrow(limit);
    await expect(read(odd, { limits: { entries: 1 } })).rejects.toThrow(limit);
  });

  it('LIM-HELM-01: quotes that never close and brackets without end cost no more than their length', async () => {
    const open = `apiVersion: v1\nentries:\n  web:\n  - name: "${'x\\"'.repeat(200_000)}`;
    await expect(readIndex(inPieces(open, 1000))).rejects.toThrow(
      expect.objectContaining({ code: 'HELM_INDEX_INVALID' }),
    );
    const long = `apiVersion: v1\nentries:\n  web: [${'x'.repeat(1_000_000)}`;
    await expect(readIndex(inPieces(long, 1000))).rejects.toThrow(
      expect.objectContaining({ code: 'HELM_INDEX_INVALID' }),
    );
    const deep = `{"apiVersion":"v1","entries":${'['.repeat(200_000)}`;
    await expect(readIndex(inPieces(deep, 1000))).rejects.toThrow(
      expect.objectContaining({ code: 'HELM_INDEX_INVALID' }),
    );
  });

  it('stops when the signal is aborted', async () => {
    const controller = new AbortController();
    function* pieces(): Generator<Uint8Array> {
      yield encoder.encode('apiVersion: v1\n');
      controller.abort(new Error('enough'));
      yield encoder.encode('entries: {}\n');
    }
    await expect(readIndex(pieces(), { signal: controller.signal })).rejects.toThrow('enough');
  });
});

describe('IndexCache', () => {
  it('gives an index that was read before, and forgets the one not asked for longest', async () => {
    const cache = new IndexCache({ maxBytes: 2 * USUAL.length + 10 });
    const texts = [USUAL, `${USUAL}\n`, `${USUAL}\n\n`];
    const [first, second] = [await read(texts[0]!, { cache }), await read(texts[1]!, { cache })];
    expect(await read(texts[0]!, { cache })).toBe(first);
    const third = await read(texts[2]!, { cache });
    expect([first, second, third].map((index) => cache.get(index.digest) === index)).toEqual([
      true,
      false,
      true,
    ]);
    expect(cache.bytes).toBeLessThanOrEqual(2 * USUAL.length + 10);
  });

  it('keeps nothing of what is larger than itself', async () => {
    const cache = new IndexCache({ maxBytes: 10 });
    await read(USUAL, { cache });
    expect(cache.bytes).toBe(0);
  });
});
