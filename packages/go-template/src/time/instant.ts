import { offsetAt, type Zone } from './zone.ts';

/** A moment, and the zone that it is shown in: Go's `time.Time`. */
export interface Instant {
  /** Seconds since 1970 in UTC. */
  readonly seconds: bigint;
  /** 0 to 999 999 999. */
  readonly nanoseconds: number;
  readonly zone: Zone;
}

/** A moment as a calendar and a clock show it. */
export interface CivilTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** From 0, which is Sunday. */
  readonly weekday: number;
  /** From 1. */
  readonly yearDay: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  /** The name of the zone at that time, such as `CET`. */
  readonly zoneName: string;
}

const DAY = 86_400n;

/** What calendar and clock show. */
export function civilTime({ seconds, zone }: Instant): CivilTime {
  const { offset, name } = offsetAt(zone, Number(seconds));
  const local = seconds + BigInt(offset);
  const day = floorDivide(local, DAY);
  const rest = Number(local - day * DAY);
  const date = dateOfDay(day);
  return {
    ...date,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    weekday: Number((((day + 4n) % 7n) + 7n) % 7n),
    yearDay: Number(day - dayOfDate(date.year, 1, 1)) + 1,
    offset,
    zoneName: name,
  };
}

/** Days since 1970 of a date; months and days beyond their range go over into the next ones. */
export function dayOfDate(year: number, month: number, day: number): bigint {
  const months = BigInt(year) * 12n + BigInt(month - 1);
  const y = floorDivide(months, 12n);
  const m = Number(months - y * 12n) + 1;
  // Years begin in March here, so that the day that leap years have comes last.
  const shifted = m > 2 ? y : y - 1n;
  const era = floorDivide(shifted, 400n);
  const yearOfEra = shifted - era * 400n;
  const dayOfYear = BigInt(Math.floor((153 * (m > 2 ? m - 3 : m + 9) + 2) / 5));
  const dayOfEra = yearOfEra * 365n + yearOfEra / 4n - yearOfEra / 100n + dayOfYear;
  return era * 146_097n + dayOfEra - 719_468n + BigInt(day - 1);
}

function dateOfDay(day: bigint): { year: number; month: number; day: number } {
  const shifted = day + 719_468n;
  const era = floorDivide(shifted, 146_097n);
  const dayOfEra = shifted - era * 146_097n;
  const yearOfEra = (dayOfEra - dayOfEra / 1460n + dayOfEra / 36_524n - dayOfEra / 146_096n) / 365n;
  const dayOfYear = Number(dayOfEra - (365n * yearOfEra + yearOfEra / 4n - yearOfEra / 100n));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = Number(yearOfEra + era * 400n) + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1 };
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

/** The moment that calendar and clock of a zone show. Where they show it twice or never, the offset before counts. */
export function instantOf(
  at: {
    year: number;
    month: number;
    day: number;
    hour: number;
    minute: number;
    second: number;
    nanoseconds?: number;
  },
  zone: Zone,
): Instant {
  const local =
    dayOfDate(at.year, at.month, at.day) * DAY + BigInt(at.hour * 3600 + at.minute * 60 + at.second);
  const first = offsetAt(zone, Number(local)).offset;
  const offset = offsetAt(zone, Number(local) - first).offset;
  return { seconds: local - BigInt(offset), nanoseconds: at.nanoseconds ?? 0, zone };
}

/** A moment some nanoseconds later, or earlier. */
export function addNanoseconds(instant: Instant, nanoseconds: bigint): Instant {
  const total = instant.seconds * 1_000_000_000n + BigInt(instant.nanoseconds) + nanoseconds;
  const seconds = floorDivide(total, 1_000_000_000n);
  return { ...instant, seconds, nanoseconds: Number(total - seconds * 1_000_000_000n) };
}

/** The nanoseconds from one moment to another. */
export function nanosecondsBetween(from: Instant, to: Instant): bigint {
  return (to.seconds - from.seconds) * 1_000_000_000n + BigInt(to.nanoseconds - from.nanoseconds);
}
