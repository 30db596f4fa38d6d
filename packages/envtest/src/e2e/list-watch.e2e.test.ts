import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Answer, MERGE, ServerUnderTest } from './server-under-test.ts';

let server: ServerUnderTest;
beforeAll(async () => {
  server = await ServerUnderTest.start();
});
afterAll(() => server[Symbol.asyncDispose]());

const TABLE = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };
const names = ({ body }: Answer): string[] => body.items.map((item: Answer['body']) => item.metadata.name);

/** A namespace with the ConfigMaps `a` to `e`, labelled with their position. */
async function filled(): Promise<string> {
  const path = `/api/v1/namespaces/${await server.namespace()}/configmaps`;
  for (const [i, name] of ['c', 'a', 'e', 'b', 'd'].entries()) {
    await server.post(path, { metadata: { name, labels: { position: String(i) } }, data: { name } });
  }
  return path;
}

describe('list', () => {
  it('is in the order of keys, with the revision of the store', async () => {
    const path = await filled();
    const answer = await server.get(path);
    expect(answer.body).toMatchObject({ kind: 'ConfigMapList', apiVersion: 'v1' });
    expect(names(answer)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(answer.body.items[0]).not.toHaveProperty('kind');
    const newest = Math.max(
      ...answer.body.items.map((item: Answer['body']) => Number(item.metadata.resourceVersion)),
    );
    expect(Number(answer.body.metadata.resourceVersion)).toBeGreaterThanOrEqual(newest);
  });

  it('comes in pages of one state', async () => {
    const path = await filled();
    const first = await server.get(`${path}?limit=2`);
    expect(names(first)).toEqual(['a', 'b']);
    expect(first.body.metadata.remainingItemCount).toBe(3);
    await server.delete(`${path}/d`);
    await server.post(path, { metadata: { name: 'bb' } });
    const second = await server.get(`${path}?limit=2&continue=${first.body.metadata.continue}`);
    expect(names(second)).toEqual(['c', 'd']);
    expect(second.body.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    const third = await server.get(`${path}?limit=2&continue=${second.body.metadata.continue}`);
    expect(names(third)).toEqual(['e']);
    expect(third.body.metadata).not.toHaveProperty('continue');
  });

  it('shows an exact revision', async () => {
    const path = await filled();
    const before = (await server.get(path)).body.metadata.resourceVersion;
    await server.delete(`${path}/a`);
    expect(names(await server.get(`${path}?resourceVersion=${before}&resourceVersionMatch=Exact`))).toContain(
      'a',
    );
    expect(names(await server.get(path))).not.toContain('a');
  });

  it('selects by labels and fields', async () => {
    const path = await filled();
    const by = async (query: string): Promise<string[]> => names(await server.get(`${path}?${query}`));
    expect(await by('labelSelector=position=1')).toEqual(['a']);
    expect(await by('labelSelector=position!=1,position')).toEqual(['b', 'c', 'd', 'e']);
    expect(await by('labelSelector=position+in+(0,2)')).toEqual(['c', 'e']);
    expect(await by('labelSelector=position+notin+(0,2)')).toEqual(['a', 'b', 'd']);
    expect(await by('labelSelector=!position')).toEqual([]);
    expect(await by('labelSelector=position>2')).toEqual(['b', 'd']);
    expect(await by('fieldSelector=metadata.name=b')).toEqual(['b']);
    expect(await by('fieldSelector=metadata.name!=b')).toEqual(['a', 'c', 'd', 'e']);
  });

  it('refuses selectors that it does not know', async () => {
    const path = await filled();
    expect((await server.get(`${path}?labelSelector=a+in`)).body.message).toBe(
      "unable to parse requirement: found '' expected: '('",
    );
    expect((await server.get(`${path}?fieldSelector=data.a=b`)).body.message).toBe(
      '"data.a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    );
    const pods = path.replace('configmaps', 'pods');
    expect((await server.get(`${pods}?fieldSelector=spec.foo=b`)).body.message).toBe(
      'field label not supported: spec.foo',
    );
    expect((await server.get(`${path}?continue=xyz`)).body.message).toContain('invalid continue token');
  });

  it('gives up on a revision that does not come', async () => {
    const path = await filled();
    const { status, body } = await server.get(
      `${path}?resourceVersion=99999999&resourceVersionMatch=NotOlderThan`,
    );
    expect(status).toBe(504);
    expect(body.details).toMatchObject({
      retryAfterSeconds: 1,
      causes: [{ reason: 'ResourceVersionTooLarge' }],
    });
  });

  it('is a table, metadata or YAML where asked for', async () => {
    const path = await filled();
    const table = await server.get(path, TABLE);
    expect(table.body.columnDefinitions.map(({ name }: { name: string }) => name)).toEqual([
      'Name',
      'Data',
      'Age',
    ]);
    expect(table.body.rows[0].cells.slice(0, 2)).toEqual(['a', 1]);
    expect(table.body.rows[0].object.kind).toBe('PartialObjectMetadata');
    const partial = await server.get(path, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    });
    expect(partial.body.items[0]).not.toHaveProperty('data');
    const yaml = await server.get(`${path}/a`, { accept: 'application/yaml' });
    expect(yaml.text).toContain('kind: ConfigMap\n');
    expect((await server.get(path, { accept: 'application/xml' })).status).toBe(406);
  });

  it('deletes a collection by selector', async () => {
    const path = await filled();
    expect(names(await server.delete(`${path}?labelSelector=position+in+(0,1)`))).toEqual(['a', 'c']);
    expect(names(await server.get(path))).toEqual(['b', 'd', 'e']);
  });
});

describe('watch', () => {
  it('begins with what is there, or after a revision', async () => {
    const path = await filled();
    const present = await server.events(`${path}?watch=1`, 5);
    expect(present.map(({ type, object }) => [type, object.metadata.name])).toEqual(
      ['a', 'b', 'c', 'd', 'e'].map((name) => ['ADDED', name]),
    );
    const { body } = await server.get(path);
    const events = server.watch(`${path}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    const next = events.next();
    await server.patch(`${path}/a`, { data: { name: 'z' } }, MERGE);
    expect((await next).value).toMatchObject({
      type: 'MODIFIED',
      object: { kind: 'ConfigMap', data: { name: 'z' } },
    });
    const gone = events.next();
    await server.delete(`${path}/a`);
    const { type, object } = (await gone).value ?? { type: '', object: undefined };
    expect([type, object.data]).toEqual(['DELETED', { name: 'z' }]);
    await events.return(undefined);
  });

  it('marks the end of the initial events', async () => {
    const path = await filled();
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const events = await server.events(`${path}?${query}`, 6);
    expect(events[5]).toMatchObject({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
  });

  it('tells when an object comes into a selector and leaves it', async () => {
    const path = await filled();
    const { body } = await server.get(path);
    const events = server.watch(
      `${path}?watch=1&labelSelector=lit=yes&resourceVersion=${body.metadata.resourceVersion}`,
    );
    const types: string[] = [];
    const read = async (): Promise<void> => void types.push((await events.next()).value?.type ?? '');
    const changes = [{ labels: { lit: 'yes' } }, { labels: { more: '1' } }, { labels: { lit: null } }];
    for (const metadata of changes) {
      const next = read();
      await server.patch(`${path}/a`, { metadata }, MERGE);
      await next;
    }
    expect(types).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    await events.return(undefined);
  });

  it('ends when its time is over', async () => {
    const path = await filled();
    const events: unknown[] = [];
    for await (const event of server.watch(`${path}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name=a`))
      events.push(event);
    expect(events).toHaveLength(1);
  });

  it('sends tables, with the columns once', async () => {
    const path = await filled();
    const events = [];
    for await (const event of server.watch(`${path}?watch=1`, TABLE))
      if (events.push(event.object) === 2) break;
    expect(events[0].columnDefinitions).toHaveLength(3);
    expect(events[1].columnDefinitions).toBeNull();
    expect(events[1].rows).toHaveLength(1);
  });

  it('refuses options that contradict one another', async () => {
    const path = await filled();
    expect((await server.get(`${path}?watch=1&sendInitialEvents=true`)).status).toBe(422);
    expect((await server.get(`${path}?watch=1&resourceVersion=x`)).status).toBe(500);
    expect((await server.get(`${path}?sendInitialEvents=true`)).status).toBe(422);
  });
});
