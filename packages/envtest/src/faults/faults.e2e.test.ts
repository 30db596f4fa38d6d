import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { startBinaries } from '../binaries/start-binaries.ts';
import { type Answer, ServerUnderTest } from '../e2e/server-under-test.ts';
import { startEmbedded } from '../embedded/start-embedded.ts';
import type { TestServer } from '../test-server.ts';
import type { Fault, FaultRule } from './fault.ts';
import { startFaultProxy } from './proxy/start-fault-proxy.ts';

/** A server whose clients suffer, and a way to it on which nothing happens. */
interface Suffering extends AsyncDisposable {
  readonly faulty: TestServer & { dropWatches(): void };
  readonly sound: TestServer;
}

async function behindProxy(started: Promise<TestServer>, faults: FaultRule): Promise<Suffering> {
  const sound = await started;
  const faulty = await startFaultProxy({ target: sound.config, faults });
  return {
    sound,
    faulty,
    async [Symbol.asyncDispose]() {
      await faulty.stop();
      await sound.stop();
    },
  };
}

async function embedded(faults: FaultRule): Promise<Suffering> {
  const options = { controllers: false, users: [{ token: 'sound', name: 'sound' }] };
  const faulty = await startEmbedded({
    ...options,
    faults: (request) => (request.user === 'sound' ? undefined : faults(request)),
  });
  const sound = { ...faulty, config: { ...faulty.config, token: 'sound' } };
  return { faulty, sound, [Symbol.asyncDispose]: () => faulty.stop() };
}

const isReal = process.env['TEST_TARGET'] === 'binaries';
const servers: [name: string, start: (faults: FaultRule) => Promise<Suffering>][] = isReal
  ? [['a proxy before kube-apiserver', (faults) => behindProxy(startBinaries(), faults)]]
  : [
      ['the embedded server', embedded],
      [
        'a proxy before the embedded server',
        (faults) => behindProxy(startEmbedded({ controllers: false }), faults),
      ],
    ];

const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps';
const BROKEN = /hang up|reset|aborted|terminated/;

describe.each(servers)('faults of %s', (_name, start) => {
  let rule: FaultRule = () => undefined;
  let suffering: Suffering;
  let client: ServerUnderTest;
  let sound: ServerUnderTest;
  beforeAll(async () => {
    suffering = await start((request) => rule(request));
    client = new ServerUnderTest(suffering.faulty);
    sound = new ServerUnderTest(suffering.sound);
  });
  afterAll(() => suffering[Symbol.asyncDispose]());
  beforeEach(() => {
    rule = () => undefined;
  });

  /** Does something to requests of a verb for ConfigMaps. */
  const on = (verb: string, fault: Fault): void => {
    rule = (request) => (request.verb === verb && request.path.includes('/configmaps') ? fault : undefined);
  };
  const create = (name: string): Promise<Answer> => client.post(CONFIG_MAPS, { metadata: { name } });
  const exists = async (name: string): Promise<boolean> =>
    (await sound.get(`${CONFIG_MAPS}/${name}`)).status === 200;
  /** Watches, makes ConfigMaps meanwhile, and tells what came and how it ended. */
  const watch = async (names: readonly string[]): Promise<{ seen: string[]; end: unknown }> => {
    const { body } = await sound.get(CONFIG_MAPS);
    const events = client.watch(`${CONFIG_MAPS}?watch=1&resourceVersion=${body.metadata.resourceVersion}`);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { type, object } of events)
        seen.push(`${type} ${object.metadata.name ?? object.code}`);
    })();
    const end = reading.then(
      () => 'closed',
      (error: unknown) => error,
    );
    for (const name of names) await sound.post(CONFIG_MAPS, { metadata: { name } });
    return { seen, end: await end };
  };

  it('lets through what no fault is for', async () => {
    expect(await create('untouched')).toMatchObject({
      status: 201,
      body: { metadata: { name: 'untouched' } },
    });
    const { body, headers } = await client.get(`${CONFIG_MAPS}/untouched`);
    expect(body).toEqual((await sound.get(`${CONFIG_MAPS}/untouched`)).body);
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
  });

  it('tells its rule what a request is', async () => {
    const seen: string[] = [];
    rule = ({ method, verb, path, query }) => {
      seen.push(`${method} ${verb} ${path} ${query}`);
      return undefined;
    };
    await client.get(`${CONFIG_MAPS}?limit=1`);
    await client.delete(`${CONFIG_MAPS}/nobody`);
    expect(seen).toEqual([`GET list ${CONFIG_MAPS} limit=1`, `DELETE delete ${CONFIG_MAPS}/nobody `]);
  });

  it('delays', async () => {
    on('create', { delayMs: 150 });
    const started = performance.now();
    expect((await create('late')).status).toBe(201);
    expect(performance.now() - started).toBeGreaterThan(140);
  });

  it('answers 429 with Retry-After in place of the server', async () => {
    on('create', { status: { code: 429, reason: 'TooManyRequests', retryAfterSeconds: 2 } });
    expect(await create('refused')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '2' },
      body: { kind: 'Status', reason: 'TooManyRequests', message: 'injected fault', code: 429 },
    });
    expect(await exists('refused')).toBe(false);
  });

  it('answers 500', async () => {
    on('list', { status: { code: 500, reason: 'InternalError', message: 'etcd is away' } });
    expect(await client.get(CONFIG_MAPS)).toMatchObject({
      status: 500,
      body: { reason: 'InternalError', message: 'etcd is away' },
    });
  });

  it('answers 410 to lists and watches', async () => {
    rule = () => ({ status: { code: 410, reason: 'Expired' } });
    expect(await client.get(CONFIG_MAPS)).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    expect(await client.get(`${CONFIG_MAPS}?watch=1`)).toMatchObject({ status: 410 });
  });

  it('loses a request before it is carried out', async () => {
    on('create', { drop: true });
    await expect(create('lost-request')).rejects.toThrow(BROKEN);
    expect(await exists('lost-request')).toBe(false);
  });

  it('loses the answer of a write that succeeded', async () => {
    on('create', { answer: 'lost' });
    await expect(create('lost-answer')).rejects.toThrow(BROKEN);
    expect(await exists('lost-answer')).toBe(true);
    on('delete', { answer: 'lost' });
    await expect(client.delete(`${CONFIG_MAPS}/lost-answer`)).rejects.toThrow(BROKEN);
    expect(await exists('lost-answer')).toBe(false);
  });

  it('tears an answer in the middle of its body', async () => {
    const whole = (await client.get(CONFIG_MAPS)).text;
    on('list', { answer: 'torn' });
    const { received, error } = await client.receive(CONFIG_MAPS);
    expect(error).toMatchObject({ message: expect.stringMatching(BROKEN) });
    expect(whole.startsWith(received)).toBe(true);
    expect(received.length).toBeGreaterThan(whole.length / 3);
    expect(received.length).toBeLessThan(whole.length);
  });

  it('breaks a watch between two events', async () => {
    on('watch', { watch: { afterEvents: 2, end: 'dropped' } });
    const { seen, end } = await watch(['drop-1', 'drop-2', 'drop-3']);
    expect(seen).toEqual(['ADDED drop-1', 'ADDED drop-2']);
    expect(end).toMatchObject({ message: expect.stringMatching(BROKEN) });
  });

  it('tears a watch in the middle of an event', async () => {
    on('watch', { watch: { afterEvents: 1, end: 'torn' } });
    const { body } = await sound.get(CONFIG_MAPS);
    const path = `${CONFIG_MAPS}?watch=1&resourceVersion=${body.metadata.resourceVersion}`;
    const receiving = client.receive(path);
    for (const name of ['tear-1', 'tear-2']) await sound.post(CONFIG_MAPS, { metadata: { name } });
    const { received, error } = await receiving;
    expect(error).toMatchObject({ message: expect.stringMatching(BROKEN) });
    const [first = '', second = ''] = received.split('\n');
    expect(JSON.parse(first)).toMatchObject({ object: { metadata: { name: 'tear-1' } } });
    expect(second).toMatch(/^\{"type":"ADDED","object":\{/);
    expect(() => JSON.parse(second)).toThrow(SyntaxError);
  });

  it('tells a watch that its version is too old', async () => {
    on('watch', { watch: { afterEvents: 1, end: 'expired' } });
    const { seen, end } = await watch(['old-1', 'old-2']);
    expect(seen).toEqual(['ADDED old-1', 'ERROR 410']);
    expect(end).toBe('closed');
  });

  it('ends a watch in good order', async () => {
    on('watch', { watch: { afterEvents: 1, end: 'closed' } });
    expect(await watch(['end-1', 'end-2'])).toEqual({ seen: ['ADDED end-1'], end: 'closed' });
  });

  it('stalls a watch, whose connection stays open', async () => {
    on('watch', { watch: { afterEvents: 1, end: 'stalled' } });
    const events = client.watch(`${CONFIG_MAPS}?watch=1&resourceVersion=0`);
    expect(await events.next()).toMatchObject({ value: { type: 'ADDED' } });
    let isOver = false;
    const next = events.next().finally(() => (isOver = true));
    next.catch(() => {});
    await sound.post(CONFIG_MAPS, { metadata: { name: 'stall-1' } });
    // What happened after it has come over another watch: this one would have had it.
    await sound.events(`${CONFIG_MAPS}?watch=1&fieldSelector=metadata.name=stall-1`, 1);
    expect(isOver).toBe(false);
    suffering.faulty.dropWatches();
    await expect(next).rejects.toThrow(BROKEN);
  });

  it('loses and tears the answer that is a watch', async () => {
    on('watch', { answer: 'lost' });
    await expect(client.events(`${CONFIG_MAPS}?watch=1`, 1)).rejects.toThrow(BROKEN);
    on('watch', { answer: 'torn' });
    const { received, error } = await client.receive(`${CONFIG_MAPS}?watch=1`);
    expect(error).toBeDefined();
    expect(received).not.toContain('\n');
  });

  it('ends no watch but the one that it is for', async () => {
    on('list', { watch: { afterEvents: 0, end: 'dropped' } });
    expect((await client.get(CONFIG_MAPS)).status).toBe(200);
  });
});
