import { describe, expect, it } from 'vitest';
import { SHA1 } from '../object-format.ts';
import { resolveRef } from '../resolve-ref.ts';
import { readAdvertisement, readRefList } from './advertisement.ts';
import { fetchRequestV0, fetchRequestV2, lsRefsRequest } from './fetch-request.ts';
import { encodePktLine, FLUSH_PKT, PktReader } from './pkt-line.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

/** A message of lines; an empty one stands for a flush. */
function reader(...lines: string[]): PktReader {
  const message = Buffer.concat(lines.map((line) => (line === '' ? FLUSH_PKT : encodePktLine(`${line}\n`))));
  return new PktReader(
    (async function* () {
      yield message;
    })(),
  );
}
const advertisement = (...lines: string[]) => readAdvertisement(reader(...lines), 100);
const refList = (...lines: string[]) => readRefList(reader(...lines), SHA1, 100);

describe('readAdvertisement', () => {
  it.each([
    ['with the line of the service', ['# service=git-upload-pack', '']],
    ['without it, as some servers answer', []],
    ['with the line and no mark behind it', ['# service=git-upload-pack']],
  ])('reads version 2 %s', async (_what, before) => {
    const server = await advertisement(
      ...before,
      'version 2',
      'agent=git/2.39',
      'ls-refs=unborn',
      'fetch=shallow filter',
      '',
    );
    expect(server).toMatchObject({ version: 2, format: { algorithm: 'sha1' } });
    expect(server.capabilities.get('fetch')).toBe('shallow filter');
  });

  it.each([
    ['0', []],
    ['1', ['version 1']],
  ])('reads version %s with its references', async (_version, before) => {
    const server = await advertisement(
      '# service=git-upload-pack',
      '',
      ...before,
      `${A} HEAD\0side-band-64k shallow symref=HEAD:refs/heads/main object-format=sha1`,
      `${A} refs/heads/main`,
      `${B} refs/tags/v1`,
      `${A} refs/tags/v1^{}`,
      '',
    );
    if (server.version !== 0) throw new Error('not version 0');
    expect(Object.fromEntries(server.refs.refs)).toEqual({
      HEAD: { id: A, target: 'refs/heads/main' },
      'refs/heads/main': { id: A },
      'refs/tags/v1': { id: B, peeled: A },
    });
  });

  it('reads an empty repository', async () => {
    const server = await advertisement(`${'0'.repeat(40)} capabilities^{}\0side-band-64k`, '');
    expect(server).toMatchObject({ version: 0, refs: { refs: new Map() } });
  });

  it('knows both object formats and no other', async () => {
    expect((await advertisement('version 2', 'object-format=sha256', '')).format.size).toBe(32);
    await expect(advertisement('version 2', 'object-format=md5', '')).rejects.toMatchObject({
      code: 'GIT_PROTOCOL',
    });
  });

  it('refuses what is no list of references', async () => {
    await expect(advertisement('hello refs/heads/main', '')).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
    await expect(advertisement('ERR go away', '')).rejects.toMatchObject({ code: 'GIT_REMOTE_ERROR' });
    const many = Array.from({ length: 200 }, (_, i) => `${A} refs/heads/b${i}`);
    await expect(advertisement(...many, '')).rejects.toMatchObject({ code: 'GIT_LIMIT' });
    const capabilities = Array.from({ length: 2000 }, (_, i) => `x-${i}`);
    await expect(advertisement('version 2', ...capabilities, '')).rejects.toMatchObject({
      code: 'GIT_PROTOCOL',
    });
  });
});

describe('readRefList', () => {
  it('SEC-GIT-05: reads peeled tags, symbolic references and a HEAD that is not born (legitimate)', async () => {
    const list = await refList(
      `${A} HEAD symref-target:refs/heads/main`,
      `${B} refs/tags/v1 peeled:${A}`,
      '',
    );
    expect([...list.refs.values()]).toEqual([
      { id: A, target: 'refs/heads/main' },
      { id: B, peeled: A },
    ]);
    expect((await refList('unborn HEAD symref-target:refs/heads/trunk', '')).unborn).toBe('refs/heads/trunk');
  });

  it('SEC-GIT-05: leaves out and counts names that git forbids, and targets of that kind', async () => {
    const list = await refList(
      `${A} refs/heads/../x`,
      `${A} refs/heads/a b`,
      `${A} HEAD symref-target:../../x`,
      '',
    );
    expect(list.ignored).toBe(1);
    expect([...list.refs]).toEqual([
      ['refs/heads/a', { id: A }],
      ['HEAD', { id: A }],
    ]);
    expect((await refList('unborn HEAD symref-target:../x', '')).unborn).toBeUndefined();
  });

  it('SEC-PROTO-03: takes names that every object inherits for names (legitimate)', async () => {
    const list = await refList(`${A} refs/heads/__proto__`, `${B} refs/heads/constructor`, '');
    expect(list.refs.get('refs/heads/__proto__')?.id).toBe(A);
    expect(list.refs.get('refs/heads/constructor')?.id).toBe(B);
  });

  it('SEC-PROTO-03: changes nothing of what objects inherit, whatever names and capabilities are called', async () => {
    const before = Object.getOwnPropertyDescriptors(Object.prototype);
    const names = ['__proto__/corsProxy', 'constructor/prototype', 'hasOwnProperty', 'toString'];
    const list = await refList(...names.map((name) => `${A} refs/${name} symref-target:refs/${name}`), '');
    expect([...list.refs.keys()]).toEqual(names.map((name) => `refs/${name}`));
    const server = await advertisement(
      `${A} refs/__proto__/corsProxy\0__proto__=x constructor=y symref=__proto__:refs/heads/main`,
      '',
    );
    expect(server.capabilities.get('__proto__')).toBe('x');
    expect(server.capabilities.get('toString')).toBeUndefined();
    expect(Object.getOwnPropertyDescriptors(Object.prototype)).toEqual(before);
  });

  it('LIM-GIT-01: bounds all lines together: a few may be long, many may not', async () => {
    const attribute = 'x'.repeat(60_000);
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `${A} refs/heads/${i} ${attribute}`);
    expect((await refList(...lines(17), '')).refs.size).toBe(17);
    await expect(refList(...lines(18), '')).rejects.toMatchObject({ code: 'GIT_LIMIT' });
  });

  it('LIM-GIT-01: counts names that are left out, and names that come twice, towards the limit', async () => {
    const lines = (count: number, name: string) => Array.from({ length: count }, () => `${A} ${name}`);
    for (const name of ['refs/heads/../x', 'refs/heads/main']) {
      expect((await refList(...lines(100, name), '')).refs.size).toBeLessThan(2);
      await expect(refList(...lines(101, name), '')).rejects.toMatchObject({ code: 'GIT_LIMIT' });
    }
  });

  const resolveHead = async (...lines: string[]) => {
    const list = await refList(...lines, '');
    const remote = {
      listRefs: async () => list,
      fetchObjects: () => Promise.reject(new Error('nothing is fetched to resolve a reference')),
    };
    return resolveRef(remote, {}, async () => new Map());
  };

  it('SEC-GIT-10: takes one step from a symbolic reference, so that a circle of them ends', async () => {
    const circle = [
      `${A} HEAD symref-target:refs/heads/a`,
      `${A} refs/heads/a symref-target:refs/heads/b`,
      `${A} refs/heads/b symref-target:refs/heads/a`,
    ];
    expect(await resolveHead(...circle)).toMatchObject({ name: 'a', id: A });
    await expect(resolveHead('unborn HEAD symref-target:HEAD', `${A} refs/heads/a`)).rejects.toMatchObject({
      code: 'GIT_REF_NOT_FOUND',
    });
  });

  it('SEC-GIT-10: takes the branch that HEAD points to (legitimate)', async () => {
    const lines = [`${A} HEAD symref-target:refs/heads/trunk`, `${A} refs/heads/trunk`];
    expect(await resolveHead(...lines)).toMatchObject({ name: 'trunk', id: A });
  });

  it('refuses ids that are none', async () => {
    await expect(refList(`${A} refs/tags/v1 peeled:xyz`, '')).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
    await expect(refList('short refs/heads/main', '')).rejects.toMatchObject({ code: 'GIT_PROTOCOL' });
  });
});

describe('requests', () => {
  const v2 = (...capabilities: string[]) =>
    advertisement('version 2', ...capabilities, '') as Promise<
      { version: 2 } & Awaited<ReturnType<typeof advertisement>>
    >;
  const linesOf = (request: Buffer) =>
    request
      .toString()
      .split('\n')
      .map((line) =>
        line.replace(/^(?:000[01])?[0-9a-f]{4}(?=[a-z])/, '').replace(/^000[01](?:000[01])*/, ''),
      );

  it('asks for no more than the server can do', async () => {
    const full = await v2('agent=x', 'ls-refs=unborn', 'fetch=shallow filter', 'object-format=sha1');
    expect(linesOf(lsRefsRequest(full, ['refs/heads/main']))).toEqual([
      'command=ls-refs',
      'agent=gitops-toolkit',
      'object-format=sha1',
      'peel',
      'symrefs',
      'unborn',
      'ref-prefix refs/heads/main',
      '',
    ]);
    expect(linesOf(fetchRequestV2(full, { wants: [A], depth: 1, filter: 'tree:0' }))).toEqual([
      'command=fetch',
      'agent=gitops-toolkit',
      'object-format=sha1',
      'no-progress',
      'ofs-delta',
      'deepen 1',
      'filter tree:0',
      `want ${A}`,
      'done',
      '',
    ]);
    const bare = await v2('ls-refs', 'fetch');
    expect(linesOf(lsRefsRequest(bare, []))).toEqual(['command=ls-refs', 'peel', 'symrefs', '']);
    expect(linesOf(fetchRequestV2(bare, { wants: [A], depth: 1, filter: 'tree:0' }))).toEqual([
      'command=fetch',
      'no-progress',
      'ofs-delta',
      `want ${A}`,
      'done',
      '',
    ]);
  });

  it('names what it can do with the first want, in version 0', async () => {
    const server = await advertisement(
      `${A} HEAD\0multi_ack multi_ack_detailed side-band-64k ofs-delta shallow thin-pack`,
      '',
    );
    expect(linesOf(fetchRequestV0(server, { wants: [A, B], depth: 1 }))).toEqual([
      `want ${A} side-band-64k multi_ack_detailed ofs-delta agent=gitops-toolkit`,
      `want ${B}`,
      'deepen 1',
      'done',
      '',
    ]);
  });

  it('asks nothing of servers that cannot do what is needed', async () => {
    const empty = await v2();
    expect(() => lsRefsRequest(empty, [])).toThrow(expect.objectContaining({ code: 'GIT_PROTOCOL' }));
    expect(() => fetchRequestV2(empty, { wants: [A] })).toThrow(
      expect.objectContaining({ code: 'GIT_PROTOCOL' }),
    );
    const old = await advertisement(`${A} HEAD\0ofs-delta`, '');
    expect(() => fetchRequestV0(old, { wants: [A] })).toThrow(
      expect.objectContaining({ code: 'GIT_PROTOCOL' }),
    );
  });
});
