import { CoreError } from '../../core-errors.ts';
import { readCsvLine } from './csv-line.ts';

/** A flag of a command line. */
export interface Flag {
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** `list` takes each value as it is, `slice` splits it at commas. */
  readonly kind: 'switch' | 'text' | 'list' | 'slice';
  readonly help: string;
  /** Makes the value optional: what counts where none follows after an equals sign. */
  readonly withoutValue?: string;
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

/** A command line that is wrong, `COMMAND_LINE_INVALID`; the message is for the user. */
export class UsageError extends CoreError {
  constructor(message: string) {
    super('COMMAND_LINE_INVALID', message);
  }
}

/**
 * Reads a command line as Go's `pflag` does: `--name value`, `--name=value`, `-n value`, `-nvalue`; switches
 * take a value after `=` alone; what follows `--` are arguments.
 *
 * @throws UsageError in the words of `pflag`.
 *
 * @example
 * ```ts
 * import { parseFlags } from '@gitops-toolkit/core/node';
 * const { values, args } = parseFlags(['build', '-o', 'out.yaml'], [{ name: 'output', short: 'o', kind: 'text', help: 'a file' }]);
 * console.log(values.get('output'), args); // [ 'out.yaml' ] [ 'build' ]
 * ```
 */
export function parseFlags(argv: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const values = new Map<string, string[]>();
  const args: string[] = [];
  const warnings: string[] = [];
  const rest = [...argv];
  const set = (flag: Flag, value: string, shown: string): void => {
    if (flag.refused !== undefined) throw new UsageError(`--${flag.name}: ${flag.refused}`);
    if (flag.deprecated !== undefined)
      warnings.push(`Flag --${flag.name} has been deprecated, ${flag.deprecated}`);
    const given = valuesOf(flag, value, shown);
    const isMany = flag.kind === 'list' || flag.kind === 'slice';
    values.set(flag.name, isMany ? [...(values.get(flag.name) ?? []), ...given] : given);
  };
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') return { values, args: [...args, ...rest], warnings };
    if (word.startsWith('--')) readLong(word, rest, flags, set);
    else if (word.startsWith('-') && word !== '-') readShort(word, rest, flags, set);
    else args.push(word);
  }
  return { values, args, warnings };
}

type SetFlag = (flag: Flag, value: string, shown: string) => void;

function readLong(word: string, rest: string[], flags: readonly Flag[], set: SetFlag): void {
  const equals = word.indexOf('=');
  const name = word.slice(2, equals < 0 ? undefined : equals);
  const flag = flags.find((candidate) => candidate.name === name);
  if (!flag) throw new UsageError(`unknown flag: --${name}`);
  const shown = shownName(flag);
  if (equals >= 0) return set(flag, word.slice(equals + 1), shown);
  set(flag, implicitValue(flag) ?? nextValue(rest, `--${name}`), shown);
}

/** One or several letters; the first that takes a value takes the rest of the word. */
function readShort(word: string, rest: string[], flags: readonly Flag[], set: SetFlag): void {
  for (let i = 1; i < word.length; i++) {
    const letter = word.charAt(i);
    const flag = flags.find(({ short }) => short === letter);
    if (!flag) throw new UsageError(`unknown shorthand flag: '${letter}' in ${word}`);
    const tail = word.slice(i + 1);
    const shown = shownName(flag);
    if (tail.startsWith('=')) return set(flag, tail.slice(1), shown);
    const implicit = implicitValue(flag);
    if (implicit === undefined) {
      return set(flag, tail === '' ? nextValue(rest, `'${letter}' in ${word}`) : tail, shown);
    }
    set(flag, implicit, shown);
  }
}

/** How errors name a flag. */
function shownName({ short, name }: Flag): string {
  return short === undefined ? `--${name}` : `-${short}, --${name}`;
}

function implicitValue({ kind, withoutValue }: Flag): string | undefined {
  return withoutValue ?? (kind === 'switch' ? 'true' : undefined);
}

function nextValue(rest: string[], shown: string): string {
  const value = rest.shift();
  if (value === undefined) throw new UsageError(`flag needs an argument: ${shown}`);
  return value;
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

function valuesOf({ kind }: Flag, value: string, shown: string): string[] {
  const refuse = (reason: string): never => {
    throw new UsageError(`invalid argument ${JSON.stringify(value)} for "${shown}" flag: ${reason}`);
  };
  if (kind === 'slice')
    return value === '' ? [] : (readCsvLine(value) ?? refuse('parse error: a quote is misplaced'));
  if (kind !== 'switch') return [value];
  if (TRUE.has(value)) return ['true'];
  if (FALSE.has(value)) return ['false'];
  return refuse(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
}
