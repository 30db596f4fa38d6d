import { errorMessage, findToolkitError } from '@gitops-toolkit/core';
import type { Timeouts } from '@gitops-toolkit/core/http';
import {
  seededTcpFaults,
  startTcpFaultProxy,
  TCP_FAULT_KINDS,
  type TcpFault,
  type TcpFaultKind,
  type TcpFaultProxy,
} from '@gitops-toolkit/envtest/servers';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  azuriteBucket,
  gofakes3Bucket,
  googleBucket,
  s3rverBucket,
} from './testing/network/bucket-subjects.ts';
import { gitOverHttp, gitOverSsh } from './testing/network/git-subjects.ts';
import { helmRepository } from './testing/network/helm-subjects.ts';
import { artifact, document } from './testing/network/http-subjects.ts';
import {
  dockerRegistry,
  embeddedRegistry,
  pushedArtifact,
  referrersRegistry,
} from './testing/network/oci-subjects.ts';
import type { Subject, SubjectStarter } from './testing/network/subject.ts';

/** One row each: a {@link SubjectStarter} of another kind of source is all that a new row needs. */
const SUBJECTS: readonly SubjectStarter[] = [
  gitOverHttp,
  gitOverSsh,
  embeddedRegistry,
  dockerRegistry,
  referrersRegistry,
  pushedArtifact,
  gofakes3Bucket,
  s3rverBucket,
  azuriteBucket,
  googleBucket,
  helmRepository,
  artifact,
  document,
];
const SEEDS = [1, 2, 3, 4, 5];
/** Short ones, so that nobody waits long for a server that has fallen silent. */
const TIMEOUTS: Timeouts = { connectMs: 600, firstByteMs: 150, idleMs: 80, totalMs: 8000 };
/** Nothing is to fail where faults lose nothing, however busy the machine is. */
const PATIENT: Timeouts = {};
const LOSES_NOTHING: ReadonlySet<TcpFaultKind> = new Set(['latency', 'slicer']);
/** Four tries of the silent kind, one for each of a manifest, a blob, and what resumes it. */
const LIMIT_MS = 25_000;
const ENOUGH = new Error('enough');
/** Servers that never answer, or not to the end: silent from some byte on, or so slow that nobody waits for them. */
const ENDLESS: readonly TcpFault[] = [
  ...[0, 20, 1500, 30_000].map((bytes) => ({ kind: 'stall' as const, bytes })),
  { kind: 'slicer', bytes: 20, delayMs: 20 },
];

/** How a fetch ended: with the content, or with the code of an error. */
interface Outcome {
  readonly content?: string;
  readonly code?: string;
  readonly message?: string;
  readonly ms: number;
}

/** Fetches through faults; afterwards nothing of the client is left on the network. */
async function fetchThrough(subject: Subject, kind: TcpFaultKind, seed: number): Promise<Outcome> {
  const { bytes: maxBytes, sender = 'server' } = subject;
  const rule = seededTcpFaults({ seed, kinds: [kind], rate: 0.7, maxBytes, sender });
  await using proxy = await startTcpFaultProxy(subject.server, rule);
  const timeouts = LOSES_NOTHING.has(kind) ? PATIENT : { ...TIMEOUTS, ...subject.timeouts };
  const started = performance.now();
  const outcome = await subject.fetch(proxy.port, { timeouts }).then(
    (content) => ({ content }),
    (error: unknown) => ({ code: findToolkitError(error)?.code ?? 'none', message: errorMessage(error) }),
  );
  const ms = performance.now() - started;
  await nothingLeftOpen(proxy);
  return { ...outcome, ms };
}

async function nothingLeftOpen(proxy: TcpFaultProxy): Promise<void> {
  await expect.poll(() => proxy.open, { interval: 10, message: 'connections left open' }).toBe(0);
}

/** Fetches with all the time that a fetcher takes by itself, and ends that once the connection is as the fault makes it. */
async function endThrough(subject: Subject, fault: TcpFault): Promise<unknown> {
  const { server, sender } = subject;
  await using proxy = await startTcpFaultProxy(server, () => ({ ...fault, ...(sender && { sender }) }));
  const stop = new AbortController();
  const ended = subject
    .fetch(proxy.port, { timeouts: PATIENT, signal: stop.signal })
    .catch((error: unknown) => error);
  await expect.poll(() => proxy.total, { interval: 10 }).toBeGreaterThan(0);
  setTimeout(() => stop.abort(ENOUGH), 300);
  const outcome = await ended;
  await nothingLeftOpen(proxy);
  return outcome;
}

/** What is wrong with an outcome, for people; `undefined` where nothing is. */
function problemOf(outcome: Outcome, kind: TcpFaultKind, { expected, codes }: Subject): string | undefined {
  const { content, code = '', ms } = outcome;
  const isRight = content === expected;
  const isClear = content === undefined && codes.includes(code) && !LOSES_NOTHING.has(kind);
  return (isRight || isClear) && ms < LIMIT_MS ? undefined : JSON.stringify(outcome);
}

async function noSocketsLeft(): Promise<void> {
  await vi.waitFor(() => {
    const open = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    if (open > 0) throw new Error(`${open} sockets are left open`);
  }, 30_000);
}

describe.each(SUBJECTS)('$name', (starter) => {
  let subject: Subject | undefined;
  beforeAll(async () => {
    subject = await starter.start();
  }, 60_000);
  afterAll(async () => {
    await subject?.[Symbol.asyncDispose]();
    await noSocketsLeft();
  });

  it.for(TCP_FAULT_KINDS)(
    'through %s: the right content, or an error that says so, in time',
    { timeout: 60_000 },
    async (kind, { skip }) => {
      if (!subject) return skip('its server is not installed');
      const found = subject;
      const problems = SEEDS.map(async (seed) => ({
        seed,
        problem: problemOf(await fetchThrough(found, kind, seed), kind, found),
      }));
      expect((await Promise.all(problems)).filter(({ problem }) => problem)).toEqual([]);
    },
  );

  it('ends when it is told to, with the reason, wherever its server stops or drips', async ({ skip }) => {
    if (!subject) return skip('its server is not installed');
    const found = subject;
    const outcomes = ENDLESS.map(async (fault) => ({ fault, outcome: await endThrough(found, fault) }));
    expect((await Promise.all(outcomes)).filter(({ outcome }) => outcome !== ENOUGH)).toEqual([]);
  });
});
