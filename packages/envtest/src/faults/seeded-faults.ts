import { EnvtestError } from '../errors.ts';
import type { Fault, FaultRequest, FaultRule } from './fault.ts';
import type { RequestVerb } from './request-verb.ts';
import { seededNumbers } from './seeded-numbers.ts';

/**
 * The kinds of faults that a plan is made of:
 *
 * - `delay`: the answer comes late;
 * - `lost-request`: the connection ends before the request is carried out;
 * - `lost-answer`: a write is carried out, and then the connection ends;
 * - `too-many-requests`: 429 with `Retry-After`;
 * - `server-error`: 500;
 * - `gone`: 410, for a list as the answer, for a watch also as an event;
 * - `torn-response`: the connection ends in the middle of a body, for a watch in the middle of an event;
 * - `drop-watch`: a watch ends between two events, by a broken connection or in good order.
 *
 * And those that come only where `kinds` names them, since clients take minutes to get over them, or give up:
 *
 * - `stall-watch`: a watch says nothing any more, and its connection stays open;
 * - `forbidden`: 403, as while a binding of a role is changed;
 * - `stale-list`: a list from a cache that lags behind (the embedded server only);
 * - `compact`: the history is forgotten before the request (the embedded server only).
 */
export type FaultKind =
  | 'compact'
  | 'delay'
  | 'drop-watch'
  | 'forbidden'
  | 'gone'
  | 'lost-answer'
  | 'lost-request'
  | 'server-error'
  | 'stale-list'
  | 'stall-watch'
  | 'too-many-requests'
  | 'torn-response';

/** The kinds of faults that any client is to get over within seconds. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'delay',
  'drop-watch',
  'gone',
  'lost-answer',
  'lost-request',
  'server-error',
  'too-many-requests',
  'torn-response',
];

/** The kinds that come only where they are asked for. */
export const RARE_FAULT_KINDS: readonly FaultKind[] = ['compact', 'forbidden', 'stale-list', 'stall-watch'];

/** What a plan of faults is made from. */
export interface SeededFaultsOptions {
  /** The same seed gives the same faults. A whole number. */
  readonly seed: number;
  /** The share of requests that something happens to, from 0 to 1. @default 0.1 */
  readonly rate?: number;
  /** What may happen. @default {@link FAULT_KINDS} */
  readonly kinds?: readonly FaultKind[];
  /** Faults after which nothing happens any more. @default no limit */
  readonly limit?: number;
  /** Requests of other verbs are spared. @default every verb */
  readonly verbs?: readonly RequestVerb[];
  /** Requests for other paths are spared. @default every path */
  readonly paths?: RegExp;
  /** The longest delay, in milliseconds. @default 50 */
  readonly maxDelayMs?: number;
  /** How long 429 tells clients to wait. 1 is the shortest that the header can say. @default 1 */
  readonly retryAfterSeconds?: number;
  /** By how many changes a stale list lags behind at most. @default 20 */
  readonly maxStaleBy?: number;
  /** The most events that a watch sends before it ends. @default 20 */
  readonly maxWatchEvents?: number;
}

/** Faults by chance that can be had again: see {@link seededFaults}. */
export interface FaultPlan {
  /** The rule, for `startEmbedded({ faults })` or a fault proxy. */
  readonly rule: FaultRule;
  /** Faults so far. One that waits for the events of a watch counts already. */
  readonly total: number;
  /** Faults so far by kind. */
  readonly counts: Readonly<Partial<Record<FaultKind, number>>>;
  /** No more faults from here on. */
  stop(): void;
  /** Seed and counts, for the message of a test that failed: `seed 7, 3 faults: delay 1, gone 2`. */
  describe(): string;
}

type Numbers = () => number;

const WRITES: ReadonlySet<RequestVerb> = new Set(['create', 'update', 'patch', 'delete', 'deletecollection']);

/**
 * Makes a plan of faults from a seed.
 *
 * What happens to a request depends on the seed, its verb and path, and on how many of the same came before it:
 * requests for other paths, and the order in which requests that run side by side arrive, change nothing. A plan
 * keeps a counter for every path.
 *
 * @throws EnvtestError `ENVTEST_OPTION_INVALID` for a seed, a rate or a kind that cannot be.
 * @example
 * ```ts
 * import { seededFaults, startEmbedded } from '@gitops-toolkit/envtest';
 *
 * const plan = seededFaults({ seed: 7, rate: 0.2, limit: 100, kinds: ['server-error', 'lost-answer'] });
 * await using server = await startEmbedded({ faults: plan.rule });
 * console.log(plan.describe()); // seed 7, 0 faults
 * ```
 */
export function seededFaults(options: SeededFaultsOptions): FaultPlan {
  const { seed, rate = 0.1, kinds = FAULT_KINDS, limit = Infinity } = options;
  checkOptions(seed, rate, kinds);
  const seen = new Map<string, number>();
  const counts: Partial<Record<FaultKind, number>> = {};
  let total = 0;
  let isStopped = false;
  const rule: FaultRule = (request) => {
    if (isStopped || total >= limit || !isMeant(request, options)) return undefined;
    const numbers = seededNumbers(seed, occurrence(seen, request));
    if (numbers() >= rate) return undefined;
    const possible = kinds.filter((kind) => isPossible(kind, request));
    const kind = possible[Math.floor(numbers() * possible.length)];
    if (kind === undefined) return undefined;
    total++;
    counts[kind] = (counts[kind] ?? 0) + 1;
    return faultOf(kind, request, numbers, options);
  };
  return {
    rule,
    counts,
    get total() {
      return total;
    },
    stop: () => void (isStopped = true),
    describe: () => describePlan(seed, total, counts),
  };
}

const ALL_KINDS: readonly FaultKind[] = [...FAULT_KINDS, ...RARE_FAULT_KINDS];

function checkOptions(seed: number, rate: number, kinds: readonly FaultKind[]): void {
  const unknown = kinds.find((kind) => !ALL_KINDS.includes(kind));
  const problem =
    (!Number.isSafeInteger(seed) && `the seed ${seed} is not a whole number`) ||
    (!(rate >= 0 && rate <= 1) && `the rate ${rate} is not between 0 and 1`) ||
    (unknown !== undefined && `there is no fault of the kind ${JSON.stringify(unknown)}`);
  if (problem) {
    const hint = `Kinds of faults are: ${ALL_KINDS.join(', ')}.`;
    throw new EnvtestError('ENVTEST_OPTION_INVALID', problem, unknown === undefined ? {} : { hint });
  }
}

function isMeant({ verb, path }: FaultRequest, { verbs, paths }: SeededFaultsOptions): boolean {
  // A pattern with the flag `g` would go on from its last match.
  return (verbs?.includes(verb) ?? true) && (paths === undefined || path.search(paths) >= 0);
}

/** Names a request: the verb, the path, and the how many-th of these it is. */
function occurrence(seen: Map<string, number>, { verb, path, query }: FaultRequest): string {
  const name = `${verb} ${path} ${query.has('dryRun') ? 'dry' : ''}`;
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  return `${name} ${count}`;
}

function isPossible(kind: FaultKind, { verb, query }: FaultRequest): boolean {
  switch (kind) {
    case 'drop-watch':
    case 'stall-watch':
      return verb === 'watch';
    case 'stale-list':
      return verb === 'list';
    case 'gone':
      return verb === 'watch' || verb === 'list';
    case 'lost-answer':
      return WRITES.has(verb) && !query.has('dryRun');
    default:
      return true;
  }
}

function faultOf(
  kind: FaultKind,
  { verb }: FaultRequest,
  numbers: Numbers,
  options: SeededFaultsOptions,
): Fault {
  const isWatch = verb === 'watch';
  const afterEvents = Math.floor(numbers() * ((options.maxWatchEvents ?? 20) + 1));
  switch (kind) {
    case 'compact':
      return { compact: true };
    case 'forbidden':
      return { status: { code: 403, reason: 'Forbidden' } };
    case 'stale-list':
      return { staleBy: Math.ceil(numbers() * (options.maxStaleBy ?? 20)) };
    case 'stall-watch':
      return { watch: { afterEvents, end: 'stalled' } };
    case 'delay':
      return { delayMs: Math.ceil(numbers() * (options.maxDelayMs ?? 50)) };
    case 'drop-watch':
      return { watch: { afterEvents, end: numbers() < 0.8 ? 'dropped' : 'closed' } };
    case 'gone':
      if (isWatch && numbers() < 0.5) return { watch: { afterEvents, end: 'expired' } };
      return { status: { code: 410, reason: 'Expired' } };
    case 'lost-answer':
      return { answer: 'lost' };
    case 'lost-request':
      return { drop: true };
    case 'server-error':
      return { status: { code: 500, reason: 'InternalError' } };
    case 'too-many-requests': {
      const { retryAfterSeconds = 1 } = options;
      return { status: { code: 429, reason: 'TooManyRequests', retryAfterSeconds } };
    }
    case 'torn-response':
      return isWatch ? { watch: { afterEvents, end: 'torn' } } : { answer: 'torn' };
  }
}

function describePlan(seed: number, total: number, counts: FaultPlan['counts']): string {
  const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  const list = kinds.length === 0 ? '' : `: ${kinds.toSorted().join(', ')}`;
  return `seed ${seed}, ${total} faults${list}`;
}
