import { EventEmitter } from 'node:events';

import { describe, expect, it, onTestFinished } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { EventLoopCheck } from './event-loop-check.ts';
import { answerHealth } from './health-checks.ts';
import { jsonLogger } from './json-logger.ts';
import { type HttpAnswer, OperationsServer, type Routes } from './operations-server.ts';
import { TaskGroup } from './task-group.ts';
import { terminationSignal } from './termination-signal.ts';

function lineLogger(options: Parameters<typeof jsonLogger>[0] = {}): {
  lines: string[];
  log: ReturnType<typeof jsonLogger>;
} {
  const lines: string[] = [];
  const clock = new FakeClock('2026-03-01T10:00:00.123Z');
  return { lines, log: jsonLogger({ write: (line) => lines.push(line), clock, ...options }) };
}

describe('jsonLogger', () => {
  it('writes level, time and message first, then fields', () => {
    const { lines, log } = lineLogger();
    log.with({ controller: 'kustomization' }).info('applied', { revision: 'main@sha1:1', count: 3 });
    expect(lines).toEqual([
      '{"level":"info","ts":"2026-03-01T10:00:00.123Z","msg":"applied","controller":"kustomization","revision":"main@sha1:1","count":3}',
    ]);
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = lineLogger({ level: 'debug' });
    log.trace('no');
    log.debug('yes');
    log.error('yes');
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['debug', 'error']);
    const quiet = lineLogger();
    quiet.log.debug('no');
    expect(quiet.lines).toEqual([]);
  });

  it('gives the message of an error, and its stack with causes from debug on', () => {
    const error = new Error('cannot build', { cause: new Error('no such file') });
    const { lines, log } = lineLogger();
    log.error('Reconciler error', { error });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: 'cannot build' });
    expect(lines[0]).not.toContain('stacktrace');
    const verbose = lineLogger({ level: 'debug' });
    verbose.log.error('Reconciler error', { error });
    expect((JSON.parse(verbose.lines[0] ?? '') as { stacktrace: string }).stacktrace).toContain(
      'caused by Error: no such file',
    );
    log.error('odd', { error: 'a string' });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ error: 'a string' });
  });

  it('lets no field hide its own', () => {
    const { lines, log } = lineLogger();
    log.info('true message', { msg: 'forged', level: 'forged', ts: 'forged' });
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      ts: '2026-03-01T10:00:00.123Z',
      msg: 'true message',
    });
  });

  it('prints whatever it is given', () => {
    const { lines, log } = lineLogger();
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    log.info('circle', { circle });
    log.info('big', { big: 10n, nested: { problem: new Error('inner') } });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: 'circle', fields: 'not printable' });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({ big: '10', nested: { problem: 'inner' } });
  });

  it('writes text for a person, each entry on one line but for the stack', () => {
    const { lines, log } = lineLogger({ encoding: 'console', level: 'debug' });
    log.info('first\nsecond', { a: 1 });
    log.info('bare');
    expect(lines[0]).toBe('2026-03-01T10:00:00.123Z\tINFO\tfirst\\nsecond\t{"a":1}');
    expect(lines[1]).toBe('2026-03-01T10:00:00.123Z\tINFO\tbare');
    log.error('failed', { error: new Error('boom') });
    expect(lines[2]).toContain('{"error":"boom"}\nError: boom');
  });
});

describe('2.7 answerHealth', () => {
  const { lines, log } = lineLogger();
  const checks = {
    ping() {},
    disk() {
      throw new Error('volume /data is full');
    },
  };

  async function ask(
    query: string,
    given: typeof checks | { ping(): void } = checks,
  ): Promise<{ status: number; body: HttpAnswer['body'] }> {
    return answerHealth('readyz', given, log)(new URL(`http://localhost/readyz${query}`));
  }

  it('is ok where everything is', async () => {
    expect(await ask('', { ping() {} })).toEqual({ status: 200, body: 'ok' });
    expect(await ask('?verbose', { ping() {} })).toEqual({
      status: 200,
      body: '[+]ping ok\nreadyz check passed\n',
    });
  });

  it('names what failed and keeps why to the log', async () => {
    const answer = await ask('');
    expect(answer).toEqual({
      status: 500,
      body: '[-]disk failed: reason withheld\n[+]ping ok\nreadyz check failed\n',
    });
    expect(lines.join()).toContain('volume /data is full');
  });

  it('leaves out what it is asked to', async () => {
    expect((await ask('?exclude=disk')).status).toBe(200);
    expect((await ask('?exclude=disk&verbose')).body).toContain('[+]disk excluded: ok');
  });
});

describe('2.7 OperationsServer', () => {
  async function listen(routes: Routes): Promise<{ url: string; lines: string[] }> {
    const { lines, log } = lineLogger();
    const server = await OperationsServer.listen({ port: 0, host: '127.0.0.1' }, routes, log);
    onTestFinished(() => server[Symbol.asyncDispose]());
    return { url: `http://127.0.0.1:${server.port}`, lines };
  }

  it('answers GET and HEAD on its paths, and nothing else', async () => {
    const { url } = await listen({
      '/metrics': () => ({ status: 200, body: 'up 1\n', contentType: 'text/plain' }),
    });
    const response = await fetch(`${url}/metrics?x=1`);
    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([
      200,
      'up 1\n',
      'text/plain',
    ]);
    expect(await (await fetch(`${url}/metrics`, { method: 'HEAD' })).text()).toBe('');
    expect((await fetch(`${url}/other`)).status).toBe(404);
    expect((await fetch(`${url}/constructor`)).status).toBe(404);
    expect((await fetch(`${url}/metrics`, { method: 'POST' })).status).toBe(405);
  });

  it('answers 500 and tells the log where a route fails', async () => {
    const { url, lines } = await listen({
      '/broken': () => {
        throw new Error('secret detail');
      },
    });
    const response = await fetch(`${url}/broken`);
    expect([response.status, await response.text()]).toEqual([500, 'internal error\n']);
    expect(lines.join()).toContain('secret detail');
  });

  it('fails to listen where the port is taken', async () => {
    const { url } = await listen({});
    const port = Number(new URL(url).port);
    await expect(
      OperationsServer.listen({ port, host: '127.0.0.1' }, {}, lineLogger().log),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('2.5 EventLoopCheck', () => {
  it('fails once after the loop was blocked', async () => {
    using loop = new EventLoopCheck(50);
    const until = performance.now() + 300;
    while (performance.now() < until);
    expect(() => loop.check()).toThrow(/blocked for \d+ ms/);
    expect(() => loop.check()).not.toThrow();
  });
});

describe('2.7 terminationSignal', () => {
  it('asks to end the first time and ends the second', () => {
    const exits: (number | undefined)[] = [];
    const process = Object.assign(new EventEmitter(), { exit: (code?: number) => exits.push(code) });
    const signal = terminationSignal({ process: process as unknown as NodeJS.Process });
    expect(signal.aborted).toBe(false);
    process.emit('SIGTERM');
    expect(signal.aborted).toBe(true);
    expect(exits).toEqual([]);
    process.emit('SIGINT');
    expect(exits).toEqual([1]);
  });
});

describe('2.7 TaskGroup', () => {
  it('tells tasks to end, waits for them, and tells of failures before that alone', async () => {
    const failures: unknown[] = [];
    const group = new TaskGroup((error) => failures.push(error));
    group.start('broken', () => Promise.reject(new Error('no disk')));
    group.start(
      'patient',
      (signal) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(group.names).toEqual(['patient']);
    await group.stop(new Error('enough'));
    expect(group.names).toEqual([]);
    expect(failures).toMatchObject([{ message: 'no disk' }]);
  });
});
