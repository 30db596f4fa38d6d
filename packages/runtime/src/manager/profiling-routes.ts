import { type Clock, sleep } from '@gitops-toolkit/core';

import type { HttpAnswer, ListenOptions, Routes } from './operations-server.ts';

/** Where profiles are served, and how long one may take. */
export interface ProfilingOptions extends ListenOptions {
  /**
   * Whoever reaches it may slow the program down and read its memory, Secrets included.
   *
   * @default '127.0.0.1': this machine alone, as `kubectl port-forward` reaches it
   */
  readonly host?: string;
  /** The longest time that a CPU profile may be asked for. @default 120 */
  readonly maxSeconds?: number;
}

const json = 'application/json; charset=utf-8';
/** What Go's profiles take where nothing is said. */
const defaultSeconds = 30;

/**
 * Answers to requests for profiles, which the developer tools of Chrome and VS Code open:
 *
 * - `/debug/cpu-profile?seconds=30`: where time goes, as a `.cpuprofile`;
 * - `/debug/heap-snapshot`: every object, as a `.heapsnapshot`. The program stands still while it is made, and
 *   needs about twice its memory;
 * - `/debug/heap-statistics`: sizes of the heap and its spaces, in bytes, as JSON.
 *
 * One CPU profile at a time: 409 for a second. It ends early where whoever asked goes away. `node:inspector` and
 * `node:v8` are loaded by the first request that needs them.
 */
export function profilingRoutes(options: {
  readonly maxSeconds?: number | undefined;
  readonly clock: Clock;
}): Routes {
  const { maxSeconds = 120, clock } = options;
  let isProfiling = false;
  return {
    '/debug/cpu-profile': async (url, signal) => {
      const seconds = secondsOf(url, maxSeconds);
      if (seconds === undefined) return refused(400, `seconds must be more than 0 and at most ${maxSeconds}`);
      if (isProfiling) return refused(409, 'a CPU profile is being made; ask again when it is done');
      isProfiling = true;
      try {
        return { status: 200, contentType: json, body: await cpuProfile(seconds * 1000, { clock, signal }) };
      } finally {
        isProfiling = false;
      }
    },
    '/debug/heap-snapshot': async () => {
      const { getHeapSnapshot } = await import('node:v8');
      return { status: 200, contentType: json, body: getHeapSnapshot() };
    },
    '/debug/heap-statistics': async () => {
      const { getHeapSpaceStatistics, getHeapStatistics } = await import('node:v8');
      const statistics = {
        process: process.memoryUsage(),
        heap: getHeapStatistics(),
        spaces: getHeapSpaceStatistics(),
      };
      return { status: 200, contentType: json, body: `${JSON.stringify(statistics, null, 2)}\n` };
    },
  };
}

function secondsOf(url: URL, maxSeconds: number): number | undefined {
  const text = url.searchParams.get('seconds');
  const seconds = text === null ? Math.min(defaultSeconds, maxSeconds) : Number(text || Number.NaN);
  return seconds > 0 && seconds <= maxSeconds ? seconds : undefined;
}

function refused(status: number, why: string): HttpAnswer {
  return { status, body: `${why}\n` };
}

/** What runs within a time, as V8 writes it; what was seen so far where the signal ends it. */
async function cpuProfile(
  durationMs: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string> {
  const { Session } = await import('node:inspector/promises');
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    await sleep(durationMs, { clock, signal }).catch(() => {});
    const { profile } = await session.post('Profiler.stop');
    return JSON.stringify(profile);
  } finally {
    session.disconnect();
  }
}
