import os from 'node:os';
import process from 'node:process';
import { type Comparison, type Figure, FIGURES, type Sample } from './benchmark.ts';

/** The outcome of one comparison. */
export interface Report {
  readonly title: string;
  readonly notes: readonly string[];
  readonly rows: readonly ReportRow[];
}

interface ReportRow {
  readonly side: string;
  readonly isPeer: boolean;
  readonly medians: Sample;
  /** Ours by the peer's: below 1 is faster or smaller. */
  readonly ratios: Sample;
  readonly samples: readonly Sample[];
  /** What the last sample was made of. */
  readonly details: readonly string[];
}

/** Medians of every side, and their ratios to the peer's. */
export function reportOf(comparison: Comparison, samples: ReadonlyMap<string, readonly Sample[]>): Report {
  const { title, notes = [], ours, peer } = comparison;
  const samplesOf = (side: string): readonly Sample[] => samples.get(side) ?? [];
  const yardstick = peer && medians(samplesOf(peer.name));
  const rows = [...ours, ...(peer ? [peer] : [])].map((side): ReportRow => {
    const list = samplesOf(side.name);
    const own = medians(list);
    const isPeer = side === peer;
    return {
      side: side.name,
      isPeer,
      medians: own,
      ratios: yardstick && !isPeer ? ratios(own, yardstick) : {},
      samples: list,
      details: side.details?.() ?? [],
    };
  });
  return { title, notes, rows };
}

/** A report as text: a line a side, a column a figure, ratios in brackets. */
export function tableOf({ title, notes, rows }: Report): string {
  const figures = figureNames().filter((figure) =>
    rows.some(({ medians: own }) => own[figure] !== undefined),
  );
  const cells = [
    ['', ...figures.map((figure) => FIGURES[figure].title)],
    ...rows.map((row) => [row.side, ...figures.map((figure) => cell(row, figure))]),
  ];
  const widths =
    cells[0]?.map((_, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0))) ?? [];
  const lines = cells.map((line) =>
    line
      .map((text, column) =>
        column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
  return [
    title,
    ...notes.map((note) => `  (${note})`),
    ...lines.map((line) => `  ${line}`),
    ...rows.flatMap(({ side, details }) => details.map((line) => `  ${side}: ${line}`)),
  ].join('\n');
}

/** What the figures were taken on. */
export function describeMachine(): string {
  const [cpu] = os.cpus();
  const memory = Math.round(os.totalmem() / 2 ** 30);
  return `${os.availableParallelism()} cores (${cpu?.model.trim() || 'unknown'}), ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}

/** The middle value; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2;
}

function cell({ medians: own, ratios: relative }: ReportRow, figure: Figure): string {
  const value = own[figure];
  if (value === undefined) return '-';
  const ratio = relative[figure];
  const shown = value.toFixed(FIGURES[figure].digits);
  return ratio === undefined ? shown : `${shown} (${ratio.toFixed(2)}x)`;
}

function medians(samples: readonly Sample[]): Sample {
  return collect((figure) => {
    const values = samples.map((sample) => sample[figure]).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : median(values);
  });
}

function ratios(ours: Sample, peers: Sample): Sample {
  return collect((figure) => {
    const [own, other] = [ours[figure], peers[figure]];
    return own === undefined || !other ? undefined : own / other;
  });
}

function collect(valueOf: (figure: Figure) => number | undefined): Sample {
  const found: Partial<Record<Figure, number>> = {};
  for (const figure of figureNames()) {
    const value = valueOf(figure);
    if (value !== undefined) found[figure] = value;
  }
  return found;
}

function figureNames(): Figure[] {
  return Object.keys(FIGURES) as Figure[];
}
