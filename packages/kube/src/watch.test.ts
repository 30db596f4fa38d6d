import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { KubeObject } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { KubeClient } from './client.ts';
import { isGone, KubeError } from './errors.ts';
import { refusal, startStub, statusBody } from './testdata/stub-server.ts';
import type { WatchEvent, WatchOptions } from './watch.ts';

const kind = { apiVersion: 'v1', kind: 'ConfigMap' };

const configMap = (name: string, data: Record<string, string> = {}): KubeObject => ({
  ...kind,
  metadata: { name, resourceVersion: '1' },
  data,
});

const line = (type: string, object: unknown): string => `${JSON.stringify({ type, object })}\n`;

/** Watches a server that writes what it likes, and gives the events and how it ended. */
async function watchAgainst(
  write: (response: ServerResponse) => void | Promise<void>,
  options: WatchOptions = {},
): Promise<{ events: WatchEvent[]; error: unknown; query: string; accept: string | undefined }> {
  await using server = await startStub(async (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    await write(response);
  });
  await using client = new KubeClient({ server: server.url });
  const events: WatchEvent[] = [];
  let error: unknown;
  try {
    for await (const event of client.watch(kind, options)) events.push(event);
  } catch (thrown) {
    error = thrown;
  }
  const [request] = server.requests;
  return { events, error, query: request?.query.toString() ?? '', accept: request?.headers.accept };
}

describe('2.1 KubeClient.watch', () => {
  it('gives events, bookmarks included, and ends when the server does', async () => {
    const { events, error, query } = await watchAgainst((response) => {
      response.write(line('ADDED', configMap('a')) + line('MODIFIED', configMap('a', { x: '1' })));
      response.write(
        line('BOOKMARK', { kind: 'ConfigMap', apiVersion: 'v1', metadata: { resourceVersion: '9' } }),
      );
      response.end(line('DELETED', configMap('a')));
    });
    expect(error).toBeUndefined();
    expect(events.map(({ type }) => type)).toEqual(['ADDED', 'MODIFIED', 'BOOKMARK', 'DELETED']);
    expect(events[2]?.object.metadata.resourceVersion).toBe('9');
    expect(query).toBe('watch=1&allowWatchBookmarks=true');
  });

  it('asks for what its options say', async () => {
    const { query, accept } = await watchAgainst((response) => void response.end(), {
      labelSelector: 'app=web',
      resourceVersion: '5',
      sendInitialEvents: true,
      timeoutSeconds: 300,
      metadataOnly: true,
    });
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
      watch: '1',
      labelSelector: 'app=web',
      resourceVersion: '5',
      resourceVersionMatch: 'NotOlderThan',
      allowWatchBookmarks: 'true',
      sendInitialEvents: 'true',
      timeoutSeconds: '300',
    });
    expect(accept).toBe('application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1');
  });

  it('names the kind of metadata-only objects', async () => {
    const partial = { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'a' } };
    const { events } = await watchAgainst((response) => void response.end(line('ADDED', partial)), {
      metadataOnly: true,
    });
    expect(events[0]?.object).toMatchObject(kind);
  });

  it('puts events together whatever way they are cut, also within a character', async () => {
    const bytes = Buffer.from(
      line('ADDED', configMap('a', { text: 'grüße 🌻' })) + line('ADDED', configMap('b')),
    );
    const { events } = await watchAgainst(async (response) => {
      for (const byte of bytes) {
        response.write(Buffer.of(byte));
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    expect(events.map(({ object }) => object)).toEqual([
      configMap('a', { text: 'grüße 🌻' }),
      configMap('b'),
    ]);
  });

  it('takes an event of several megabytes', async () => {
    const big = configMap('big', { text: 'x'.repeat(5_000_000) });
    const { events } = await watchAgainst(
      (response) => void response.end(line('ADDED', big) + line('ADDED', configMap('b'))),
    );
    expect(events[0]?.object).toEqual(big);
    expect(events).toHaveLength(2);
  });

  it('refuses an event above the limit', async () => {
    const big = configMap('big', { text: 'x'.repeat(5000) });
    const { error } = await watchAgainst((response) => void response.end(line('ADDED', big)), {
      maxEventBytes: 1000,
    });
    expect(error).toMatchObject({ code: 'KUBE_RESPONSE_TOO_LARGE' });
  });

  it('throws the Status of an ERROR event', async () => {
    const gone = statusBody(410, 'Expired', 'too old resource version: 1 (9)');
    const { error, events } = await watchAgainst(
      (response) => void response.end(line('ADDED', configMap('a')) + line('ERROR', gone)),
    );
    expect(events).toHaveLength(1);
    expect(isGone(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'KUBE_STATUS',
      message: 'too old resource version: 1 (9)',
      retry: 'backoff',
    });
  });

  it('throws a refusal, which is not repeated', async () => {
    await using server = await startStub(() =>
      refusal(429, 'TooManyRequests', 'slow down', { 'retry-after': '1' }),
    );
    await using client = new KubeClient({ server: server.url });
    await expect(client.watch(kind).next()).rejects.toMatchObject({ status: 429, retryAfterMs: 1000 });
    expect(server.requests).toHaveLength(1);
  });

  it('takes a silent connection for dead', async () => {
    const { error, events } = await watchAgainst(
      (response) => void response.write(line('ADDED', configMap('a'))),
      { idleTimeoutMs: 40 },
    );
    expect(events).toHaveLength(1);
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({ code: 'KUBE_WATCH_STALLED', retry: 'backoff' });
  });

  it('does not count the time that the reader takes', async () => {
    await using server = await startStub((_request, response) => {
      response.writeHead(200);
      response.write(line('ADDED', configMap('a')));
      setTimeout(() => response.end(line('ADDED', configMap('b'))), 150);
    });
    await using client = new KubeClient({ server: server.url });
    const names: unknown[] = [];
    for await (const { object } of client.watch(kind, { idleTimeoutMs: 100 })) {
      names.push(object.metadata.name);
      if (names.length === 1) await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(names).toEqual(['a', 'b']);
  });

  it('takes a torn event for a broken connection, in whichever way it ends', async () => {
    const torn = line('ADDED', configMap('b')).slice(0, 20);
    const ended = await watchAgainst((response) => void response.end(line('ADDED', configMap('a')) + torn));
    expect(ended.error).toMatchObject({ code: 'KUBE_NETWORK', retry: 'backoff' });
    const cut = await watchAgainst((response) => {
      response.write(line('ADDED', configMap('a')) + torn);
      setTimeout(() => response.destroy(), 20);
    });
    expect(cut.error).toMatchObject({ code: 'KUBE_NETWORK', retry: 'backoff' });
    expect(cut.events).toHaveLength(1);
  });

  it('takes a torn refusal for a broken connection', async () => {
    await using server = await startStub((_request, response) => {
      response.writeHead(410, { 'content-type': 'application/json', 'content-length': 500 });
      response.write('{"kind":"Status"', () => response.destroy());
      return undefined;
    });
    await using client = new KubeClient({ server: server.url });
    await expect(client.watch(kind).next()).rejects.toMatchObject({ code: 'KUBE_NETWORK', retry: 'backoff' });
  });

  it('tells when the server has begun to answer', async () => {
    let isOpen = false;
    await using server = await startStub((_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
      return undefined;
    });
    await using client = new KubeClient({ server: server.url });
    const stop = new AbortController();
    const options = { onOpen: () => void (isOpen = true), signal: stop.signal };
    const next = client.watch(kind, options).next();
    await expect.poll(() => isOpen).toBe(true);
    stop.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });

  it.each(['not json', '[]', '{"type":"ADDED"}'])('refuses the event %s', async (text) => {
    const { error } = await watchAgainst((response) => void response.end(`${text}\n`));
    expect(error).toMatchObject({ code: 'KUBE_BAD_RESPONSE', retry: 'backoff' });
  });

  it('ends with the reason of the signal', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => controller.abort(reason), 30);
    const { error } = await watchAgainst((response) => void response.write(line('ADDED', configMap('a'))), {
      signal: controller.signal,
    });
    expect(error).toBe(reason);
  });

  it('lets go of the connection when the reader stops', async () => {
    let isClosed = false;
    await using server = await startStub((_request, response) => {
      response.on('close', () => (isClosed = true));
      response.writeHead(200);
      response.write(line('ADDED', configMap('a')));
    });
    await using client = new KubeClient({ server: server.url });
    for await (const event of client.watch(kind)) {
      expect(event.type).toBe('ADDED');
      break;
    }
    await expect.poll(() => isClosed).toBe(true);
  });

  it('holds the server back while the reader is slow', async () => {
    let written = 0;
    let isFull = false;
    await using server = await startStub(async (_request, response) => {
      const closed = new AbortController();
      response.on('close', () => closed.abort());
      response.writeHead(200);
      const event = line('ADDED', configMap('a', { text: 'x'.repeat(100_000) }));
      for (let i = 0; i < 600 && !response.destroyed; i++) {
        written++;
        if (response.write(event)) continue;
        isFull = true;
        await once(response, 'drain', { signal: closed.signal }).catch(() => undefined);
      }
      response.end();
    });
    await using client = new KubeClient({ server: server.url });
    const watch = client.watch(kind);
    await watch.next();
    await expect.poll(() => isFull).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 100));
    // Sixty megabytes would be waiting otherwise; buffers of sockets hold a few.
    expect(written).toBeLessThan(300);
    await watch.return();
  });

  it('watches beside many calls', async () => {
    await using server = await startStub((request, response) => {
      if (!request.query.has('watch')) return { json: configMap('a') };
      response.writeHead(200);
      response.write(line('ADDED', configMap('a')));
      return undefined;
    });
    await using client = new KubeClient({ server: server.url }, { connections: 1 });
    const watches = [client.watch(kind), client.watch(kind), client.watch(kind)];
    for (const watch of watches) expect((await watch.next()).done).toBe(false);
    expect(await client.get({ ...kind, name: 'a' })).toMatchObject({ metadata: { name: 'a' } });
    for (const watch of watches) await watch.return();
  });
});
