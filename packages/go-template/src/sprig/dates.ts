import { formatNanoseconds } from '@gitops-toolkit/core';
import { FunctionError } from '../errors.ts';
import { parseGoDuration } from '../time/duration.ts';
import { formatTime } from '../time/format-time.ts';
import { addNanoseconds, type Instant, instantOf, nanosecondsBetween } from '../time/instant.ts';
import { parseTime } from '../time/parse-time.ts';
import { timeValue, type TimeValue } from '../time/time-value.ts';
import { findZone, UTC, type Zone } from '../time/zone.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { GoStruct } from '../value/go-struct.ts';
import { Sized } from '../value/sized.ts';

/** What functions for dates ask. */
export interface DateOptions {
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
  /** The zone that is `Local`. @default that of this process */
  readonly localZone?: string;
}

const ANY = 'interface {}';
const T = 'string';

/** Functions for dates and durations. */
export function dateFunctions(options: DateOptions = {}): FunctionMap {
  const local = (): Zone => findZone(options.localZone ?? 'Local') ?? UTC;
  const now = (): Instant => instantOfMillis((options.now ?? Date.now)(), local());

  const inZone = (layout: string, date: unknown, zone: string): string => {
    const found = zone === 'Local' ? local() : (findZone(zone) ?? UTC);
    return formatTime({ ...(instantFrom(date, local()) ?? now()), zone: found }, layout);
  };
  const modify = (duration: string, date: TimeValue): TimeValue =>
    timeValue(addNanoseconds(date.value, parseGoDuration(duration)));
  const modifyOrNot = (duration: string, date: TimeValue): TimeValue =>
    attempt(() => modify(duration, date)) ?? date;
  const toDate = (layout: string, text: string): TimeValue => timeValue(parseTime(layout, text, local()));

  return {
    now: goFunction([], () => timeValue(now())),
    date: goFunction([T, ANY], (layout: string, date: unknown) => inZone(layout, date, 'Local')),
    date_in_zone: goFunction([T, ANY, T], inZone),
    dateInZone: goFunction([T, ANY, T], inZone),
    htmlDate: goFunction([ANY], (date: unknown) => inZone('2006-01-02', date, 'Local')),
    htmlDateInZone: goFunction([ANY, T], (date: unknown, zone: string) => inZone('2006-01-02', date, zone)),
    date_modify: goFunction([T, 'time.Time'], modifyOrNot),
    dateModify: goFunction([T, 'time.Time'], modifyOrNot),
    must_date_modify: goFunction([T, 'time.Time'], modify),
    mustDateModify: goFunction([T, 'time.Time'], modify),
    toDate: goFunction([T, T], (layout: string, text: string) => attempt(() => toDate(layout, text)) ?? ZERO),
    mustToDate: goFunction([T, T], toDate),
    unixEpoch: goFunction(['time.Time'], (date: TimeValue) => String(date.value.seconds)),
    ago: goFunction([ANY], (date: unknown) => {
      const passed = nanosecondsBetween(instantFrom(date, local()) ?? now(), now());
      return formatNanoseconds(roundToSeconds(passed));
    }),
    duration: goFunction([ANY], (seconds: unknown) =>
      formatNanoseconds(secondsFrom(seconds) * 1_000_000_000n),
    ),
    durationRound: goFunction([ANY], (duration: unknown) => roundDuration(nanosecondsFrom(duration, now))),
  };
}

const ZERO = timeValue(instantOf({ year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 }, UTC));

function instantOfMillis(millis: number, zone: Zone): Instant {
  const seconds = Math.floor(millis / 1000);
  return { seconds: BigInt(seconds), nanoseconds: Math.round((millis - seconds * 1000) * 1e6), zone };
}

/** A date as sprig takes it: a time, or seconds since 1970 as an integer. */
function instantFrom(date: unknown, zone: Zone): Instant | undefined {
  if (date instanceof GoStruct && date.type.name === 'time.Time') return date.value as Instant;
  const isInteger = date instanceof Sized && (date.type === 'int64' || date.type === 'int32');
  const seconds = isInteger ? (date.value as bigint) : date;
  return typeof seconds === 'bigint' ? { seconds, nanoseconds: 0, zone } : undefined;
}

function attempt<R>(read: () => R): R | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof FunctionError) return undefined;
    throw error;
  }
}

function roundToSeconds(nanoseconds: bigint): bigint {
  const half = nanoseconds < 0n ? -500_000_000n : 500_000_000n;
  return ((nanoseconds + half) / 1_000_000_000n) * 1_000_000_000n;
}

/** Integers of other types than `int64` are no durations to sprig. */
function secondsFrom(value: unknown): bigint {
  if (typeof value === 'string')
    return /^[+-]?[0-9]+$/.test(value) ? BigInt.asIntN(64, BigInt(value.replace(/^\+/, ''))) : 0n;
  return value instanceof Sized && value.type === 'int64' ? (value.value as bigint) : 0n;
}

function nanosecondsFrom(value: unknown, now: () => Instant): bigint {
  if (typeof value === 'string') return attempt(() => parseGoDuration(value)) ?? 0n;
  if (value instanceof GoStruct && value.type.name === 'time.Time') {
    return nanosecondsBetween(value.value as Instant, now());
  }
  return value instanceof Sized && value.type === 'int64' ? (value.value as bigint) : 0n;
}

const SECOND = 1_000_000_000n;
const SPANS: readonly (readonly [span: bigint, unit: string])[] = [
  [SECOND * 3600n * 24n * 365n, 'y'],
  [SECOND * 3600n * 24n * 30n, 'mo'],
  [SECOND * 3600n * 24n, 'd'],
  [SECOND * 3600n, 'h'],
  [SECOND * 60n, 'm'],
  [SECOND, 's'],
];

/** The largest unit alone: `2h10m` is `2h`. */
function roundDuration(nanoseconds: bigint): string {
  const size = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  for (const [span, unit] of SPANS) if (size > span) return `${size / span}${unit}`;
  return '0s';
}
