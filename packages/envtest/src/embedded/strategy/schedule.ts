/** The fields of a schedule, with the numbers that each may have and the names that stand for some. */
const FIELDS: readonly { min: number; max: number; names: readonly string[] }[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ') },
  { min: 0, max: 6, names: 'sun mon tue wed thu fri sat'.split(' ') },
];
const NAMED = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** Why a text is no schedule of a CronJob, in the words of the server; `undefined` where it is one. */
export function scheduleError(schedule: string): string | undefined {
  if (schedule.startsWith('@')) return descriptorError(schedule);
  const fields = schedule.trim().split(/\s+/);
  if (fields.length !== FIELDS.length)
    return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [i, field] of fields.entries()) {
    const { min, max, names } = FIELDS[i] as (typeof FIELDS)[number];
    for (const part of field.split(',')) {
      const why = partError(part, min, max, names);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}

function descriptorError(schedule: string): string | undefined {
  if (NAMED.includes(schedule)) return undefined;
  if (/^@every (\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(schedule)) return undefined;
  return `unrecognized descriptor: ${schedule}`;
}

/** A number or a name, a range of them, or all, with or without a step. */
function partError(part: string, min: number, max: number, names: readonly string[]): string | undefined {
  const [range = '', step, ...tooMany] = part.split('/');
  if (tooMany.length > 0) return `too many slashes: ${part}`;
  if (step !== undefined && !/^\d+$/.test(step)) return numberError(step);
  if (step !== undefined && Number(step) === 0) return `step of range should be a positive number: ${part}`;
  if (range === '*' || range === '?') return undefined;
  const ends = range.split('-');
  if (ends.length > 2) return `too many hyphens: ${part}`;
  const numbers = ends.map((end) => numberOf(end, names, min));
  const bad = ends.find((_end, i) => Number.isNaN(numbers[i]));
  if (bad !== undefined) return numberError(bad);
  const [first = 0, last = first] = numbers;
  if (first < min) return `beginning of range (${first}) below minimum (${min}): ${part}`;
  if (last > max) return `end of range (${last}) above maximum (${max}): ${part}`;
  return first > last ? `beginning of range (${first}) beyond end of range (${last}): ${part}` : undefined;
}

const numberError = (text: string): string =>
  `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;

function numberOf(text: string, names: readonly string[], min: number): number {
  const index = names.indexOf(text.toLowerCase());
  return index >= 0 ? index + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
