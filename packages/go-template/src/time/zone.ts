/** A zone: a name of the IANA database, or a fixed distance from UTC. */
export type Zone = string | { readonly name: string; readonly offset: number };

/** UTC. */
export const UTC: Zone = { name: 'UTC', offset: 0 };

const formats = new Map<string, Intl.DateTimeFormat>();

/** The zone of a name, `Local` being that of this process; `undefined` where there is none. */
export function findZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return UTC;
  const id = name === 'Local' ? Intl.DateTimeFormat().resolvedOptions().timeZone : name;
  if (id === 'UTC' || id === 'Etc/UTC') return UTC;
  // JavaScript takes names in any case, and distances; Go takes neither.
  if (!/^[A-Z][A-Za-z]+(?:[/_+-][A-Za-z0-9_+-]+)*$/.test(id)) return undefined;
  return formatOf(id) ? id : undefined;
}

/** Seconds east of UTC in a zone at a time, and what the zone is called then. */
export function offsetAt(zone: Zone, seconds: number): { offset: number; name: string } {
  if (typeof zone !== 'string') return zone;
  const parts = formatOf(zone)?.formatToParts(new Date(clamp(seconds) * 1000)) ?? [];
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '0';
  const asUtc = Date.UTC(
    Number(part('year')),
    Number(part('month')) - 1,
    Number(part('day')),
    Number(part('hour')) % 24,
    Number(part('minute')),
    Number(part('second')),
  );
  const offset = Math.round(asUtc / 1000 - clamp(seconds));
  const name = part('timeZoneName');
  return { offset, name: /^GMT./.test(name) ? numericName(offset) : name };
}

/** Zones without a name of their own are called by their distance. */
function numericName(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60));
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${hours}${rest}`;
}

/** What JavaScript's dates can hold, without the years before 1, which its calendars count otherwise. */
const clamp = (seconds: number): number => Math.min(Math.max(seconds, -62_135_596_800), 8.64e12);

function formatOf(id: string): Intl.DateTimeFormat | undefined {
  let format = formats.get(id);
  if (format) return format;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: id,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      hourCycle: 'h23',
      timeZoneName: 'short',
    });
  } catch {
    return undefined;
  }
  formats.set(id, format);
  return format;
}
