import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serveHttp } from '../serve-http.ts';
import { seededTcpFaults } from './seeded-tcp-faults.ts';
import { startTcpFaultProxy, type TcpFaultProxy } from './start-tcp-fault-proxy.ts';
import { TCP_FAULT_KINDS, type TcpFault } from './tcp-fault.ts';

const CONTENT = Buffer.from('0123456789'.repeat(10_000));

/** A server that sends its content to whoever connects, once it has been greeted, and notes how each leaves. */
async function speaker(): Promise<{ port: number; left: string[] }> {
  const left: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', (error: Error & { code?: string }) => left.push(error.code ?? ''));
    socket.on('close', (isBroken) => isBroken || left.push('closed'));
    socket.once('data', () => socket.end(CONTENT));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as { port: number }).port, left };
}

async function before(target: { port: number }, ...faults: (TcpFault | undefined)[]): Promise<TcpFaultProxy> {
  const proxy = await startTcpFaultProxy(target, (connection) => faults[connection % faults.length]);
  onTestFinished(() => proxy[Symbol.asyncDispose]());
  return proxy;
}

function greet(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.write('hello');
  return socket;
}

/** What a client gets, in what pieces, and how it ends; it gives up after `patienceMs` of silence. */
async function listen(port: number, patienceMs = 5000): Promise<{ pieces: Buffer[]; end: string }> {
  const socket = greet(port).setTimeout(patienceMs);
  const pieces: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (piece) => pieces.push(piece));
    socket.on('end', () => resolve({ pieces, end: 'closed' }));
    socket.on('error', (error: Error & { code?: string }) => resolve({ pieces, end: error.code ?? '' }));
    socket.on('timeout', () => {
      socket.destroy();
      resolve({ pieces, end: 'silence' });
    });
  });
}

describe('startTcpFaultProxy', () => {
  it('passes on what both sides say where no fault is for it', async () => {
    const target = await speaker();
    const proxy = await before(target, undefined);
    const { pieces, end } = await listen(proxy.port);
    expect([Buffer.concat(pieces).equals(CONTENT), end]).toEqual([true, 'closed']);
    await expect.poll(() => [proxy.open, target.left]).toEqual([0, ['closed']]);
    expect([proxy.total, proxy.faults]).toEqual([1, []]);
  });

  it('delays what the server says', async () => {
    const proxy = await before(await speaker(), { kind: 'latency', delayMs: 100 });
    const started = performance.now();
    const { pieces } = await listen(proxy.port);
    expect(Buffer.concat(pieces).equals(CONTENT)).toBe(true);
    expect(performance.now() - started).toBeGreaterThan(95);
  });

  it('cuts what the server says into small pieces', async () => {
    const proxy = await before(await speaker(), { kind: 'slicer', bytes: 2500, delayMs: 2 });
    const { pieces, end } = await listen(proxy.port);
    expect([Buffer.concat(pieces).equals(CONTENT), end]).toEqual([true, 'closed']);
    expect(pieces.length).toBeGreaterThan(20);
  });

  it.each([0, 1, 65_537, CONTENT.length - 1])('closes the connection after %d bytes', async (bytes) => {
    const target = await speaker();
    const proxy = await before(target, { kind: 'limit-data', bytes });
    const { pieces, end } = await listen(proxy.port);
    expect(Buffer.concat(pieces).equals(CONTENT.subarray(0, bytes))).toBe(true);
    expect(end).toBe('closed');
    await expect.poll(() => target.left).toHaveLength(1);
  });

  it('resets the connection', async () => {
    const proxy = await before(
      await speaker(),
      { kind: 'reset', bytes: 0 },
      { kind: 'reset', bytes: 30_000 },
    );
    expect(await listen(proxy.port)).toEqual({ pieces: [], end: 'ECONNRESET' });
    const { pieces, end } = await listen(proxy.port);
    expect(end).toBe('ECONNRESET');
    expect(Buffer.concat(pieces).length).toBeLessThanOrEqual(30_000);
    expect(proxy.faults).toHaveLength(2);
  });

  it('falls silent until the client gives up', async () => {
    const target = await speaker();
    const proxy = await before(target, { kind: 'stall', bytes: 1000 });
    const { pieces, end } = await listen(proxy.port, 100);
    expect([Buffer.concat(pieces).length, end]).toEqual([1000, 'silence']);
    await expect.poll(() => [proxy.open, target.left.length]).toEqual([0, 1]);
  });

  it.each(TCP_FAULT_KINDS)('does to what the client sends the same: %s', async (kind) => {
    let received = 0;
    const server = await serveHttp((request, response) => {
      request.on('data', (piece: Buffer) => (received += piece.length));
      request.on('error', () => {});
      request.on('end', () => response.end('all there'));
    });
    onTestFinished(() => server[Symbol.asyncDispose]());
    const proxy = await before(server, { kind, bytes: 5000, delayMs: 1, sender: 'client' });
    const sending = fetch(`http://127.0.0.1:${proxy.port}`, {
      method: 'POST',
      body: CONTENT,
      signal: AbortSignal.timeout(500),
    }).then(
      (response) => response.text(),
      () => 'failed',
    );
    const isWhole = kind === 'latency' || kind === 'slicer';
    expect(await sending).toBe(isWhole ? 'all there' : 'failed');
    expect(received === CONTENT.length).toBe(isWhole);
    // One that was used well is kept.
    await expect.poll(() => proxy.open).toBe(isWhole ? 1 : 0);
  });

  it('does to each connection what the rule says for it', async () => {
    const proxy = await before(await speaker(), { kind: 'limit-data', bytes: 5 }, undefined);
    const lengths = [];
    for (let i = 0; i < 4; i++) lengths.push(Buffer.concat((await listen(proxy.port)).pieces).length);
    expect(lengths).toEqual([5, CONTENT.length, 5, CONTENT.length]);
  });

  it('tells the server when the client is gone, and the client when the server is', async () => {
    const target = await speaker();
    const proxy = await before(target, undefined);
    greet(proxy.port).resetAndDestroy();
    await expect.poll(() => proxy.open).toBe(0);
    const nobody = await before({ port: 1 }, undefined);
    expect((await listen(nobody.port)).end).toBe('ECONNRESET');
  });

  it('cuts its connections when it is disposed of', async () => {
    const server = await serveHttp((_, response) => void response.write('half'));
    onTestFinished(() => server[Symbol.asyncDispose]());
    const proxy = await startTcpFaultProxy(server, () => undefined);
    const socket = greet(proxy.port);
    const isOver = new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
    await once(socket, 'connect');
    await proxy[Symbol.asyncDispose]();
    await isOver;
    expect(proxy.open).toBe(0);
  });
});

describe('seededTcpFaults', () => {
  it('does the same to the same connections for the same seed', () => {
    const draw = (seed: number) => Array.from({ length: 200 }, (_, i) => seededTcpFaults({ seed })(i));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    const faults = draw(7).filter((fault) => fault !== undefined);
    expect(faults.length).toBeGreaterThan(70);
    expect(faults.length).toBeLessThan(130);
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(TCP_FAULT_KINDS));
  });

  it('does to as many connections as it is told, and what it is told', () => {
    const never = seededTcpFaults({ seed: 1, rate: 0 });
    const always = seededTcpFaults({ seed: 1, rate: 1, kinds: ['stall'], maxBytes: 10 });
    for (let i = 0; i < 50; i++) {
      expect(never(i)).toBeUndefined();
      expect(always(i)).toMatchObject({ kind: 'stall' });
      expect((always(i) as { bytes: number }).bytes).toBeLessThanOrEqual(10);
    }
  });

  it.each([{ seed: 0.5 }, { seed: 1, rate: 2 }, { seed: 1, rate: Number.NaN }])(
    'refuses %o: ENVTEST_OPTION_INVALID',
    (options) => {
      expect(() => seededTcpFaults(options)).toThrow(
        expect.objectContaining({ code: 'ENVTEST_OPTION_INVALID' }),
      );
    },
  );
});
