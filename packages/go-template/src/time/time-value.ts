import { formatNanoseconds } from '@gitops-toolkit/core';
import { goFunction } from '../value/go-function.ts';
import { GoStruct, type StructType } from '../value/go-struct.ts';
import { int64, type NamedNumber, Sized } from '../value/sized.ts';
import { formatTime } from './format-time.ts';
import {
  addNanoseconds,
  type CivilTime,
  civilTime,
  type Instant,
  instantOf,
  nanosecondsBetween,
} from './instant.ts';
import { MONTHS, WEEKDAYS } from './layout.ts';
import { UTC } from './zone.ts';

/** How Go prints a time. */
const STRING_LAYOUT = '2006-01-02 15:04:05.999999999 -0700 MST';
const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/** Go's `time.Duration`. */
export const DURATION: NamedNumber = { name: 'time.Duration', base: 'int64', text: formatNanoseconds };
const MONTH: NamedNumber = {
  name: 'time.Month',
  base: 'int64',
  text: (value) => MONTHS[Number(value) - 1] ?? String(value),
};
const WEEKDAY: NamedNumber = {
  name: 'time.Weekday',
  base: 'int64',
  text: (value) => WEEKDAYS[Number(value)] ?? String(value),
};

/** A time as templates see it: `{{ now.Year }}`, `{{ now.Format "2006" }}`. */
export type TimeValue = GoStruct<Instant>;

/** The text of something without arguments that the calendar shows. */
const shown = (read: (civil: CivilTime) => unknown) => (instant: Instant) =>
  goFunction([], () => read(civilTime(instant)));

const ZERO: Instant = instantOf({ year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 }, UTC);

const compare = (a: Instant, b: Instant): number =>
  Number(nanosecondsBetween(b, a) > 0n) - Number(nanosecondsBetween(b, a) < 0n);

const TIME: StructType<Instant> = {
  name: 'time.Time',
  fields: [],
  text: (instant) => formatTime(instant, STRING_LAYOUT),
  json: (instant) => formatTime(instant, RFC3339_NANO),
  methods: {
    Year: shown((civil) => BigInt(civil.year)),
    Month: shown((civil) => new Sized(MONTH, BigInt(civil.month))),
    Day: shown((civil) => BigInt(civil.day)),
    Hour: shown((civil) => BigInt(civil.hour)),
    Minute: shown((civil) => BigInt(civil.minute)),
    Second: shown((civil) => BigInt(civil.second)),
    Weekday: shown((civil) => new Sized(WEEKDAY, BigInt(civil.weekday))),
    YearDay: shown((civil) => BigInt(civil.yearDay)),
    Nanosecond: (instant) => goFunction([], () => BigInt(instant.nanoseconds)),
    Unix: (instant) => goFunction([], () => int64(instant.seconds)),
    UnixMilli: (instant) => goFunction([], () => int64(sinceEpoch(instant) / 1_000_000n)),
    UnixMicro: (instant) => goFunction([], () => int64(sinceEpoch(instant) / 1000n)),
    UnixNano: (instant) => goFunction([], () => int64(sinceEpoch(instant))),
    Format: (instant) => goFunction(['string'], (layout: string) => formatTime(instant, layout)),
    String: (instant) => goFunction([], () => formatTime(instant, STRING_LAYOUT)),
    UTC: (instant) => goFunction([], () => timeValue({ ...instant, zone: UTC })),
    Local: (instant) => goFunction([], () => timeValue(instant)),
    IsZero: (instant) => goFunction([], () => compare(instant, ZERO) === 0),
    Before: (instant) => goFunction(['time.Time'], (other: TimeValue) => compare(instant, other.value) < 0),
    After: (instant) => goFunction(['time.Time'], (other: TimeValue) => compare(instant, other.value) > 0),
    Equal: (instant) => goFunction(['time.Time'], (other: TimeValue) => compare(instant, other.value) === 0),
    Compare: (instant) =>
      goFunction(['time.Time'], (other: TimeValue) => BigInt(compare(instant, other.value))),
    Sub: (instant) =>
      goFunction(
        ['time.Time'],
        (other: TimeValue) => new Sized(DURATION, nanosecondsBetween(other.value, instant)),
      ),
    Add: (instant) =>
      goFunction(['time.Duration'], (duration: Sized) =>
        timeValue(addNanoseconds(instant, duration.value as bigint)),
      ),
    AddDate: (instant) =>
      goFunction(['int', 'int', 'int'], (years: bigint, months: bigint, days: bigint) =>
        timeValue(addDate(instant, Number(years), Number(months), Number(days))),
      ),
  },
};

/** A moment as a value of templates. */
export function timeValue(instant: Instant): TimeValue {
  return new GoStruct(TIME, instant);
}

function sinceEpoch(instant: Instant): bigint {
  return instant.seconds * 1_000_000_000n + BigInt(instant.nanoseconds);
}

function addDate(instant: Instant, years: number, months: number, days: number): Instant {
  const civil = civilTime(instant);
  const date = { year: civil.year + years, month: civil.month + months, day: civil.day + days };
  return instantOf({ ...civil, ...date, nanoseconds: instant.nanoseconds }, instant.zone);
}
