const DATE = String.raw`(\d{4})-(\d{1,2})-(\d{1,2})`;
const TIME = String.raw`(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?`;
const TIMESTAMP = new RegExp(String.raw`^${DATE}(?:(?:[Tt]${TIME}(Z|[+-]\d\d:\d\d))|(?: +${TIME}))?$`);

/**
 * A plain scalar that go-yaml takes for a timestamp, as its JSON form (RFC 3339); `undefined` for any other.
 *
 * Dates alone, times after `T` or `t` with a zone, and times after a space without one are known.
 */
export function resolveTimestamp(text: string): string | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = ''] = match;
  if (!isDate(Number(year), Number(month), Number(day))) return undefined;
  const time = match[4] === undefined ? match.slice(9, 13) : match.slice(4, 8);
  const [hour = '0', minute = '0', second = '0', fraction = ''] = time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const zone = zoneOf(match[8]);
  if (zone === undefined) return undefined;
  // Go keeps nanoseconds.
  const digits = fraction.slice(0, 9).replace(/0+$/, '');
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const clock = [hour, minute, second].map((part) => part.padStart(2, '0')).join(':');
  return `${date}T${clock}${digits && `.${digits}`}${zone}`;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day <= days;
}

function zoneOf(zone = 'Z'): string | undefined {
  if (zone === 'Z') return zone;
  const [hours, minutes] = zone.slice(1).split(':').map(Number);
  if ((hours ?? 0) > 24 || (minutes ?? 0) > 59) return undefined;
  return hours === 0 && minutes === 0 ? 'Z' : zone;
}
