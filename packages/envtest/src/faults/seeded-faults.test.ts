import { describe, expect, it } from 'vitest';

import type { Fault, FaultRequest } from './fault.ts';
import { requestVerb } from './request-verb.ts';
import { FAULT_KINDS, RARE_FAULT_KINDS, seededFaults, type SeededFaultsOptions } from './seeded-faults.ts';

function request(method: string, target: string): FaultRequest {
  const { pathname: path, searchParams: query } = new URL(target, 'http://host');
  return { method, path, query, verb: requestVerb(method, path, query) };
}

const list = request('GET', '/api/v1/pods');
const watch = request('GET', '/api/v1/pods?watch=1');
const create = request('POST', '/api/v1/namespaces/web/pods');
const dryRun = request('PATCH', '/api/v1/namespaces/web/pods/a?dryRun=All');

/** What happens to the same request, again and again. */
function faults(options: SeededFaultsOptions, what: FaultRequest, times = 200): (Fault | undefined)[] {
  const plan = seededFaults(options);
  return Array.from({ length: times }, () => plan.rule(what));
}

describe('seededFaults', () => {
  it('gives the same faults for the same seed, and others for another', () => {
    expect(faults({ seed: 1 }, list)).toEqual(faults({ seed: 1 }, list));
    expect(faults({ seed: 1 }, list)).not.toEqual(faults({ seed: 2 }, list));
  });

  it('gives a request its faults whatever happens beside it', () => {
    const alone = faults({ seed: 3 }, list);
    const plan = seededFaults({ seed: 3 });
    const beside = alone.map((_fault, i) => {
      for (let n = 0; n < i % 3; n++) plan.rule(create);
      return plan.rule(list);
    });
    expect(beside).toEqual(alone);
  });

  it('strikes at its rate', () => {
    const struck = (rate: number): number =>
      faults({ seed: 4, rate }, list, 4000).filter((fault) => fault !== undefined).length;
    expect(struck(0)).toBe(0);
    expect(struck(0.25)).toBeGreaterThan(900);
    expect(struck(0.25)).toBeLessThan(1100);
    expect(struck(1)).toBe(4000);
  });

  it('does to each request what can happen to it, and all of that', () => {
    const kindsOf = (what: FaultRequest): string[] => {
      const plan = seededFaults({ seed: 5, rate: 1 });
      for (let i = 0; i < 200; i++) plan.rule(what);
      return Object.keys(plan.counts).toSorted();
    };
    const anywhere = ['delay', 'lost-request', 'server-error', 'too-many-requests', 'torn-response'];
    expect(kindsOf(list)).toEqual([...anywhere, 'gone'].toSorted());
    expect(kindsOf(watch)).toEqual([...anywhere, 'gone', 'drop-watch'].toSorted());
    expect(kindsOf(create)).toEqual([...anywhere, 'lost-answer'].toSorted());
    expect(kindsOf(dryRun)).toEqual(anywhere.toSorted());
    expect(new Set([list, watch, create].flatMap(kindsOf))).toEqual(new Set(FAULT_KINDS));
  });

  it.each([
    ['lost-answer', create, { answer: 'lost' }],
    ['lost-request', create, { drop: true }],
    ['torn-response', create, { answer: 'torn' }],
    ['server-error', list, { status: { code: 500, reason: 'InternalError' } }],
    ['gone', list, { status: { code: 410, reason: 'Expired' } }],
    ['too-many-requests', list, { status: { code: 429, reason: 'TooManyRequests', retryAfterSeconds: 3 } }],
  ] as const)('%s means %j', (kind, what, fault) => {
    expect(faults({ seed: 1, rate: 1, kinds: [kind], retryAfterSeconds: 3 }, what, 1)).toEqual([fault]);
  });

  it.each([
    ['compact', create, { compact: true }],
    ['forbidden', create, { status: { code: 403, reason: 'Forbidden' } }],
    ['stale-list', list, { staleBy: 1 }],
    ['stall-watch', watch, { watch: { afterEvents: 0, end: 'stalled' } }],
  ] as const)('%s comes where it is asked for alone, and means %j', (kind, what, fault) => {
    expect(RARE_FAULT_KINDS).toContain(kind);
    const options = { seed: 1, rate: 1, maxStaleBy: 1, maxWatchEvents: 0 };
    expect(faults({ ...options, kinds: [kind] }, what, 1)).toEqual([fault]);
    expect(faults(options, what)).not.toContainEqual(fault);
  });

  it('ends watches in every way, after more or fewer events', () => {
    const given = faults({ seed: 6, rate: 1, maxWatchEvents: 5 }, watch).flatMap(
      (fault) => fault?.watch ?? [],
    );
    expect(new Set(given.map(({ end }) => end))).toEqual(new Set(['dropped', 'torn', 'expired', 'closed']));
    expect(new Set(given.map(({ afterEvents }) => afterEvents))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  });

  it('delays for no longer than it is told', () => {
    const given = faults({ seed: 6, rate: 1, kinds: ['delay'], maxDelayMs: 7 }, list);
    expect(new Set(given.map((fault) => fault?.delayMs))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7]));
  });

  it('spares other verbs and paths', () => {
    const plan = seededFaults({ seed: 7, rate: 1, verbs: ['list'], paths: /\/pods$/g });
    expect(plan.rule(list)).toBeDefined();
    expect(plan.rule(list)).toBeDefined();
    expect(plan.rule(create)).toBeUndefined();
    expect(plan.rule(request('GET', '/api/v1/secrets'))).toBeUndefined();
  });

  it.each([
    [{ seed: 1.5 }, 'the seed 1.5 is not a whole number'],
    [{ seed: 1, rate: 20 }, 'the rate 20 is not between 0 and 1'],
    [{ seed: 1, rate: Number.NaN }, 'the rate NaN is not between 0 and 1'],
    [{ seed: 1, kinds: ['fire' as 'gone'] }, 'there is no fault of the kind "fire"'],
  ])('refuses %o', (options, message) => {
    expect(() => seededFaults(options)).toThrow(
      expect.objectContaining({ code: 'ENVTEST_OPTION_INVALID', message }),
    );
  });

  it('ends at its limit, or when it is stopped, and says what it did', () => {
    const plan = seededFaults({ seed: 8, rate: 1, limit: 3, kinds: ['server-error', 'delay'] });
    for (let i = 0; i < 10; i++) plan.rule(list);
    expect(plan.total).toBe(3);
    expect(plan.describe()).toMatch(/^seed 8, 3 faults: (delay \d, server-error \d|delay 3|server-error 3)$/);
    const stopped = seededFaults({ seed: 8, rate: 1 });
    stopped.stop();
    expect(stopped.rule(list)).toBeUndefined();
    expect(stopped.describe()).toBe('seed 8, 0 faults');
  });
});
