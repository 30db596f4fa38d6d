/** The kinds of value that a flag takes; durations are Go's (`1m30s`) and come out as milliseconds. */
export type FlagType = 'string' | 'integer' | 'boolean' | 'duration' | 'list';

/** One command-line flag. */
export interface Flag<T extends FlagType = FlagType> {
  readonly type: T;
  /** What the value is where neither the command line nor the environment says: as it would be typed. */
  readonly default: string;
  /** The environment variable read before the default. */
  readonly env?: string;
  /** The only values allowed. */
  readonly choices?: readonly string[];
  readonly description: string;
}

/** Flags by name, without the leading dashes. */
export type FlagSet = Readonly<Record<string, Flag>>;

interface ValueOf {
  string: string;
  integer: number;
  boolean: boolean;
  duration: number;
  list: readonly string[];
}

/** The parsed values of a {@link FlagSet}, under the same names. */
export type FlagValues<S extends FlagSet> = { readonly [Name in keyof S]: ValueOf[S[Name]['type']] };
