/** A flag of a command line. */
export interface Flag {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  readonly kind: 'switch' | 'text' | 'list';
  readonly help: string;
  /** Said on standard error where the flag is given; such a flag is not in the help. */
  readonly deprecated?: string;
  /** Why the flag cannot be had; giving it fails with these words. */
  readonly refused?: string;
}

/** What a command line holds. */
export interface ParsedFlags {
  /** By the names of the flags. A switch that is on has `true`; of a text given twice the last counts. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
  readonly warnings: readonly string[];
}

/** The command line is wrong; the message is for the user. */
export class UsageError extends Error {}

/**
 * Reads a command line as Go's `pflag` does: `--name value`, `--name=value`, `-n value`, `-nvalue`; switches
 * take a value after `=` alone; what follows `--` are arguments.
 *
 * @throws UsageError in the words of `pflag`.
 */
export function parseFlags(argv: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const values = new Map<string, string[]>();
  const args: string[] = [];
  const warnings: string[] = [];
  const rest = [...argv];
  const set = (flag: Flag, value: string): void => {
    if (flag.refused !== undefined) throw new UsageError(`--${flag.name}: ${flag.refused}`);
    if (flag.deprecated !== undefined)
      warnings.push(`Flag --${flag.name} has been deprecated, ${flag.deprecated}`);
    values.set(flag.name, flag.kind === 'list' ? [...(values.get(flag.name) ?? []), value] : [value]);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return { values, args: [...args, ...rest], warnings };
    if (word.startsWith('--')) readLong(word, rest, flags, set);
    else if (word.startsWith('-') && word !== '-') readShort(word, rest, flags, set);
    else args.push(word);
  }
  return { values, args, warnings };
}

type SetFlag = (flag: Flag, value: string) => void;

function readLong(word: string, rest: string[], flags: readonly Flag[], set: SetFlag): void {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const flag = flags.find((candidate) => candidate.name === name);
  if (!flag) throw new UsageError(`unknown flag: --${name}`);
  if (equals >= 0) return set(flag, valueOf(flag, `--${name}`, word.slice(equals + 1)));
  set(flag, flag.kind === 'switch' ? 'true' : nextValue(rest, `--${name}`));
}

/** One or several letters; the first that takes a value takes the rest of the word. */
function readShort(word: string, rest: string[], flags: readonly Flag[], set: SetFlag): void {
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const flag = flags.find(({ short }) => short === letter);
    if (!flag) throw new UsageError(`unknown shorthand flag: '${letter}' in ${word}`);
    const tail = word.slice(i + 1);
    if (tail.startsWith('=')) return set(flag, valueOf(flag, `-${letter}, --${flag.name}`, tail.slice(1)));
    if (flag.kind !== 'switch') {
      return set(flag, tail === '' ? nextValue(rest, `'${letter}' in ${word}`) : tail);
    }
    set(flag, 'true');
  }
}

function nextValue(rest: string[], shown: string): string {
  const value = rest.shift();
  if (value === undefined) throw new UsageError(`flag needs an argument: ${shown}`);
  return value;
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

function valueOf(flag: Flag, shown: string, value: string): string {
  if (flag.kind !== 'switch') return value;
  if (TRUE.has(value)) return 'true';
  if (FALSE.has(value)) return 'false';
  const text = JSON.stringify(value);
  throw new UsageError(
    `invalid argument ${text} for "${shown}" flag: strconv.ParseBool: parsing ${text}: invalid syntax`,
  );
}
