import { parseDuration } from '@gitops-toolkit/core';
import { RuntimeError } from '../errors.ts';
import type { Flag, FlagSet, FlagValues } from './flag.ts';

/** Where the values come from. */
export interface ParseFlagsOptions {
  /** @default process.argv.slice(2) */
  readonly argv?: readonly string[];
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads flags as Go programs of the field take them: `--name=value`, `--name value`, `-name`, and a
 * boolean without a value. The command line wins over the environment, and that over the default. A
 * list flag may be repeated or hold commas.
 *
 * @throws RuntimeError `RUNTIME_FLAG_INVALID` for an unknown flag, a value of the wrong type, or a stray argument.
 *
 * @example
 * ```ts
 * import { parseFlags } from '@gitops-toolkit/runtime';
 * const flags = { interval: { type: 'duration', default: '1m', description: 'Time between runs.' } } as const;
 * console.log(parseFlags(flags, { argv: ['--interval=90s'] }).interval); // 90000
 * ```
 */
export function parseFlags<const S extends FlagSet>(
  flags: S,
  options: ParseFlagsOptions = {},
): FlagValues<S> {
  const { argv = process.argv.slice(2), env = process.env } = options;
  const given = readArguments(flags, argv);
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    const fromEnv = flag.env === undefined ? undefined : env[flag.env];
    const texts = given.get(name) ?? [fromEnv || flag.default];
    values[name] = convert(name, flag, texts);
  }
  return values as FlagValues<S>;
}

/** What `--help` prints: a line or two for each flag. */
export function describeFlags(flags: FlagSet): string {
  return Object.entries(flags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const notes = [
        flag.default === '' ? [] : [`default ${flag.default}`],
        flag.choices ? [flag.choices.join(' | ')] : [],
        flag.env === undefined ? [] : [`$${flag.env}`],
      ].flat();
      const suffix = notes.length > 0 ? ` (${notes.join('; ')})` : '';
      return `  --${name} ${flag.type}\n      ${flag.description}${suffix}`;
    })
    .join('\n');
}

function readArguments(flags: FlagSet, argv: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>();
  for (let i = 0; i < argv.length; i++) {
    const match = /^--?([a-z][a-z0-9-]*)(?:=([\s\S]*))?$/.exec(argv[i] ?? '');
    const name = match?.[1];
    if (name === undefined) throw invalid(`unexpected argument ${JSON.stringify(argv[i])}`);
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (!flag) throw invalid(`unknown flag --${name}`, nearest(name, Object.keys(flags)));
    let value = match?.[2];
    if (value === undefined && flag.type === 'boolean') value = 'true';
    if (value === undefined) value = argv[++i];
    if (value === undefined) throw invalid(`flag --${name} needs a value`);
    given.set(name, [...(given.get(name) ?? []), value]);
  }
  return given;
}

function convert(name: string, flag: Flag, texts: readonly string[]): unknown {
  const text = texts.at(-1) ?? '';
  if (flag.choices && !flag.choices.includes(text)) {
    throw invalid(`flag --${name}: ${JSON.stringify(text)} is none of ${flag.choices.join(', ')}`);
  }
  switch (flag.type) {
    case 'string':
      return text;
    case 'list':
      return texts.flatMap((item) => item.split(',')).filter((item) => item !== '');
    case 'boolean':
      if (/^(1|t|true)$/i.test(text)) return true;
      if (/^(0|f|false)$/i.test(text)) return false;
      throw invalid(`flag --${name}: ${JSON.stringify(text)} is not a boolean`);
    case 'integer':
      if (/^-?\d{1,15}$/.test(text)) return Number(text);
      throw invalid(`flag --${name}: ${JSON.stringify(text)} is not an integer`);
    case 'duration':
      return durationOf(name, text);
  }
}

function durationOf(name: string, text: string): number {
  try {
    return parseDuration(text);
  } catch (cause) {
    throw invalid(
      `flag --${name}: ${JSON.stringify(text)} is not a duration such as 1m30s`,
      undefined,
      cause,
    );
  }
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const match = known.find(
    (other) => other.startsWith(name) || name.startsWith(other) || other.includes(name),
  );
  return match === undefined ? undefined : `Did you mean --${match}?`;
}

function invalid(message: string, hint?: string, cause?: unknown): RuntimeError {
  return new RuntimeError('RUNTIME_FLAG_INVALID', message, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
