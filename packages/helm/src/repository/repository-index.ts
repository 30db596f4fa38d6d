import {
  type Constraint,
  CoreError,
  compareVersions,
  type Digest,
  parseConstraint,
  tryParseVersion,
  type Version,
} from '@gitops-toolkit/core';
import { quoteString } from '@gitops-toolkit/go-template';
import { YamlError } from '@gitops-toolkit/yaml';
import { HelmError } from '../errors.ts';
import { type ChartVersion, EntryFault, readChartVersion } from './chart-version.ts';
import type { IndexEntries } from './index-entries.ts';

/** How one of several entries of a chart is chosen. */
export interface FindOptions {
  /**
   * Which of several entries of the same version counts: the one that stands first, as for Helm, or the one that was
   * created last, as for Flux. @default 'first'
   */
  readonly ties?: 'first' | 'newest';
}

/** What an index is made of. */
export interface IndexParts {
  readonly digest: Digest;
  readonly size: number;
  /** What messages call the index: the address of the repository. */
  readonly name: string;
  readonly entries: IndexEntries;
  readonly warn: (message: string) => void;
}

interface Candidate {
  readonly position: number;
  readonly text: string;
  readonly version: Version | undefined;
}

/** The index of a chart repository. Entries are read and checked when they are asked for. */
export class RepositoryIndex {
  /** Of the bytes of the index: what the revision of a Flux HelmRepository is. */
  readonly digest: Digest;
  /** Bytes of the index, which are kept. */
  readonly size: number;
  readonly #parts: IndexParts;
  readonly #counts = new Map<string, number>();
  readonly #ordered = new Map<string, readonly Candidate[]>();
  /** Why the first entry of a chart was left out. */
  readonly #faults = new Map<string, string>();
  readonly #read = new Map<string, ChartVersion | undefined>();

  constructor(parts: IndexParts) {
    this.digest = parts.digest;
    this.size = parts.size;
    this.#parts = parts;
  }

  /** Names of all charts, in the order of the index. */
  get charts(): readonly string[] {
    return this.#parts.entries.charts;
  }

  /** Whether there is a chart of this name, be it without versions. */
  has(chart: string): boolean {
    return this.#count(chart) >= 0;
  }

  /**
   * All versions of a chart, the highest first; those that are no semantic versions last. Entries that Helm would leave
   * out are left out, with a warning.
   */
  versions(chart: string): ChartVersion[] {
    return this.#candidates(chart).flatMap((candidate) => this.#entry(chart, candidate) ?? []);
  }

  /**
   * The version that `helm pull` takes: the entry whose version is written exactly so, otherwise the highest that
   * satisfies the constraint.
   *
   * @param constraint A version or a constraint; with `''` the latest version that is no pre-release.
   * @throws HelmError `HELM_CHART_NOT_FOUND`
   */
  find(chart: string, constraint = '', options: FindOptions = {}): ChartVersion {
    if (this.#count(chart) < 0) throw this.#notFound('no chart name found', chart);
    const range = parsedConstraint(constraint);
    const candidates = this.#candidates(chart, options);
    const inOrder = [
      ...candidates.filter(({ text }) => constraint !== '' && text === constraint),
      ...candidates.filter(({ version }) => version !== undefined && range.matches(version)),
    ];
    for (const candidate of inOrder) {
      const found = this.#entry(chart, candidate);
      if (found) return found;
    }
    if (this.#count(chart) === 0) throw this.#notFound('no chart version found', chart);
    throw this.#notFound(`no chart version found for ${chart}-${constraint}`, chart);
  }

  /** A chart whose list cannot be read has no versions. */
  #count(chart: string): number {
    try {
      return this.#counts.get(chart) ?? this.#parts.entries.count(chart);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      this.#parts.warn(
        `skipping loading invalid entries for chart ${quoteString(chart)} from ${this.#parts.name}: ${error.message}`,
      );
      this.#counts.set(chart, 0);
      return 0;
    }
  }

  #candidates(chart: string, { ties = 'first' }: FindOptions = {}): readonly Candidate[] {
    const key = `${ties}/${chart}`;
    const known = this.#ordered.get(key);
    if (known) return known;
    const found: Candidate[] = [];
    for (let i = 0; i < this.#count(chart); i++) {
      const text = this.#parts.entries.version(chart, i) ?? this.#versionRead(chart, i);
      if (text !== undefined) found.push({ position: i, text, version: tryParseVersion(text) });
    }
    const ordered = found.toSorted(
      (a, b) => inDescent(a.version, b.version) || this.#byAge(chart, ties, a, b),
    );
    this.#warnOfRepeated(chart, ordered);
    this.#ordered.set(key, ordered);
    return ordered;
  }

  /** The version of an entry that has to be read for it, or `undefined` where it is to be left out. */
  #versionRead(chart: string, position: number): string | undefined {
    return this.#entry(chart, { position })?.metadata.version;
  }

  #byAge(chart: string, ties: FindOptions['ties'], a: Candidate, b: Candidate): number {
    return ties === 'newest' ? this.#createdAt(chart, b) - this.#createdAt(chart, a) : 0;
  }

  #createdAt(chart: string, candidate: Candidate): number {
    return Date.parse(this.#entry(chart, candidate)?.created ?? '') || 0;
  }

  #warnOfRepeated(chart: string, ordered: readonly Candidate[]): void {
    for (const [i, { text }] of ordered.entries()) {
      if (i > 0 && ordered[i - 1]?.text === text)
        this.#parts.warn(
          `chart ${quoteString(chart)} has version ${quoteString(text)} more than once in ${this.#parts.name}`,
        );
    }
  }

  #entry(chart: string, { position }: Pick<Candidate, 'position'>): ChartVersion | undefined {
    const key = `${position}/${chart}`;
    if (!this.#read.has(key)) this.#read.set(key, this.#readEntry(chart, position));
    return this.#read.get(key);
  }

  #readEntry(chart: string, position: number): ChartVersion | undefined {
    try {
      return readChartVersion(this.#parts.entries.read(chart, position));
    } catch (error) {
      if (!(error instanceof EntryFault || error instanceof YamlError)) throw error;
      if (!this.#faults.has(chart)) this.#faults.set(chart, error.message);
      const version =
        error instanceof EntryFault && error.version !== undefined && ` ${quoteString(error.version)}`;
      this.#parts.warn(
        `skipping loading invalid entry for chart ${quoteString(chart)}${version || ''} from ${this.#parts.name}: ${error.message}`,
      );
      return undefined;
    }
  }

  #notFound(message: string, chart: string): HelmError {
    const hint = this.has(chart) ? this.#versionHint(chart) : chartHint(this.charts);
    return new HelmError('HELM_CHART_NOT_FOUND', message, { hint });
  }

  #versionHint(chart: string): string {
    const fault = this.#faults.get(chart);
    if (fault !== undefined) return `Entries of the index were left out, the first of them because: ${fault}`;
    return 'Ask for one of the versions that the index has; pre-releases only count where the constraint names one, such as >=1.0.0-0.';
  }
}

function chartHint(charts: readonly string[]): string {
  const names = charts.slice(0, 5).join(', ');
  return `The index has ${charts.length} charts${names && `: ${names}${charts.length > 5 ? ', …' : ''}`}.`;
}

/** The highest first; what is no version behind all. */
function inDescent(a: Version | undefined, b: Version | undefined): number {
  if (a && b) return compareVersions(b, a);
  return a ? -1 : b ? 1 : 0;
}

function parsedConstraint(text: string): Constraint {
  try {
    return parseConstraint(text || '*');
  } catch (cause) {
    if (!(cause instanceof CoreError)) throw cause;
    throw new HelmError('HELM_CHART_NOT_FOUND', cause.message, {
      cause,
      ...(cause.hint !== undefined && { hint: cause.hint }),
    });
  }
}
