import { existsSync } from 'node:fs';
import type { ParseArgsOptionsConfig } from 'node:util';

/** What one run came to. What cannot be measured on this platform is left out. */
export type Sample = Readonly<Partial<Record<Figure, number>>>;

/** The figures that a sample may have: name, and how a table shows it. */
export const FIGURES = {
  seconds: { title: 's', digits: 2 },
  perSecond: { title: 'per s', digits: 1 },
  megabytesPerSecond: { title: 'MB/s', digits: 1 },
  megabytesPerCpuSecond: { title: 'MB/CPU s', digits: 1 },
  wallMs: { title: 'wall ms', digits: 1 },
  cpuMs: { title: 'CPU ms', digits: 0 },
  cpuMsEach: { title: 'CPU ms each', digits: 2 },
  cpuPercent: { title: '% of a core', digits: 1 },
  peakMib: { title: 'peak MiB', digits: 0 },
  aboveIdleMib: { title: 'above idle MiB', digits: 0 },
  importMs: { title: 'import ms', digits: 0 },
  startMs: { title: 'start ms', digits: 0 },
  stopMs: { title: 'stop ms', digits: 0 },
  startAgainMs: { title: 'start again ms', digits: 0 },
  writesEach: { title: 'writes each', digits: 2 },
  requestsEach: { title: 'requests each', digits: 1 },
  cpuSecondsEach: { title: 'CPU s each', digits: 3 },
  cpuMicrosecondsEach: { title: 'CPU µs each', digits: 0 },
  bytesEach: { title: 'bytes each', digits: 0 },
  timesJson: { title: 'of JSON', digits: 2 },
  medianMs: { title: 'median ms', digits: 2 },
  p99Ms: { title: '99 % ms', digits: 2 },
} as const satisfies Record<string, { title: string; digits: number }>;

export type Figure = keyof typeof FIGURES;

/** Something that is measured once a round. */
export interface Side {
  readonly name: string;
  measure(): Promise<Sample>;
  /** What the last sample was made of, a line each. */
  details?(): readonly string[];
}

/** Sides that do the same work; in every round each has its turn. */
export interface Comparison {
  readonly title: string;
  /** What a reader of the figures has to know, such as that a program is missing. */
  readonly notes?: readonly string[];
  readonly ours: readonly Side[];
  /** The other program; without it ours stand alone. */
  readonly peer?: Side;
  /** Fewer rounds than asked for, for what takes long. */
  readonly maxRounds?: number;
}

/** What a benchmark is told: its own options as they were given. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** A benchmark is one file in `suites/` that exports it as `bench`. */
export interface Benchmark {
  readonly name: string;
  /** @default 5 */
  readonly rounds?: number;
  /** Options of its own, by long name. */
  readonly options?: ParseArgsOptionsConfig;
  /** Prepares each comparison when it is asked for the next one, and cleans up when it is asked again. */
  comparisons(settings: Settings): AsyncIterable<Comparison>;
}

/** Loads a benchmark by its name; `undefined` where there is none of that name. */
export async function loadBenchmark(name: string): Promise<Benchmark | undefined> {
  const file = new URL(`./suites/${name}.ts`, import.meta.url);
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) return undefined;
  return ((await import(file.href)) as { bench: Benchmark }).bench;
}
