import { silentLogger, systemClock } from '@gitops-toolkit/core';
import { describe, expect, it, onTestFinished } from 'vitest';

import { FakeClock } from '../fake-clock.ts';
import { OperationsServer } from './operations-server.ts';
import { profilingRoutes } from './profiling-routes.ts';

async function serve(options: Parameters<typeof profilingRoutes>[0]): Promise<string> {
  const address = { port: 0, host: '127.0.0.1' };
  const server = await OperationsServer.listen(address, profilingRoutes(options), silentLogger);
  onTestFinished(() => server[Symbol.asyncDispose]());
  return `http://127.0.0.1:${server.port}/debug`;
}

interface CpuProfile {
  readonly nodes: readonly { readonly callFrame: { readonly functionName: string } }[];
  readonly startTime: number;
  readonly endTime: number;
}

describe('2.7 profiling endpoints', () => {
  it('gives a CPU profile of a time, as the developer tools open it', async () => {
    const base = await serve({ clock: systemClock });
    const response = await fetch(`${base}/cpu-profile?seconds=0.05`);
    expect(response.status).toBe(200);
    const profile = (await response.json()) as CpuProfile;
    expect(profile.nodes[0]?.callFrame.functionName).toBe('(root)');
    expect(profile.endTime).toBeGreaterThan(profile.startTime);
  });

  it('makes one CPU profile at a time, and ends it when whoever asked goes away', async () => {
    // Time stands still: the first profile would never end by itself.
    const clock = new FakeClock();
    const base = await serve({ clock });
    const gone = new AbortController();
    const first = fetch(`${base}/cpu-profile`, { signal: gone.signal });
    await expect.poll(() => clock.pendingTimers).toBe(1);
    const second = await fetch(`${base}/cpu-profile`);
    expect([second.status, await second.text()]).toEqual([409, expect.stringContaining('is being made')]);
    gone.abort();
    await expect(first).rejects.toThrow('aborted');
    await expect.poll(() => clock.pendingTimers).toBe(0);
  });

  it.each(['0', '-1', '121', 'x', ''])('refuses a time of %j', async (seconds) => {
    const base = await serve({ clock: systemClock });
    const response = await fetch(`${base}/cpu-profile?seconds=${seconds}`);
    expect([response.status, await response.text()]).toEqual([
      400,
      'seconds must be more than 0 and at most 120\n',
    ]);
  });

  it('gives a snapshot of the heap, with what the program holds', async () => {
    const held = { aVeryPeculiarProperty: 'of this test' };
    const base = await serve({ clock: systemClock });
    const text = await (await fetch(`${base}/heap-snapshot`)).text();
    expect(text).toMatch(/^\{"snapshot":/);
    expect(text).toContain(Object.keys(held)[0]);
  });

  it('gives the sizes of the heap', async () => {
    const base = await serve({ clock: systemClock });
    const statistics = (await (await fetch(`${base}/heap-statistics`)).json()) as Record<string, unknown>;
    expect(statistics).toMatchObject({
      heap: { used_heap_size: expect.any(Number) as number },
      process: { rss: expect.any(Number) as number },
    });
    expect(statistics['spaces']).toContainEqual(expect.objectContaining({ space_name: 'old_space' }));
  });
});
