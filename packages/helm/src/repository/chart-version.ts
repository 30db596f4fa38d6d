import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { decodeStruct, ShapeFault, type StructShape } from '../chart/decode-struct.ts';
import type { ChartMetadata } from '../chart/metadata.ts';
import { METADATA, type RawMetadata, toDependencies } from '../chart/read-metadata.ts';
import { validateMetadata } from '../chart/validate-metadata.ts';
import { HelmError } from '../errors.ts';

/** A version of a chart as the index of a repository tells of it. */
export interface ChartVersion {
  readonly metadata: ChartMetadata;
  /** Where the package is: absolute, or relative to the repository. The first counts. */
  readonly urls: readonly string[];
  /** SHA-256 of the package in hexadecimal digits, with or without `sha256:` in front. */
  readonly digest?: string;
  /** When the version was added, as it is written in the index. */
  readonly created?: string;
  readonly removed?: boolean;
}

const CHART_VERSION: StructShape = {
  name: 'ChartVersion',
  fields: {
    ...METADATA.fields,
    urls: { list: 'string' },
    created: 'string',
    removed: 'bool',
    digest: 'string',
  },
};

/** An entry that Helm leaves out, or that has the wrong types; in Helm's words. */
export class EntryFault extends Error {
  /** The version of the entry, where it says one. */
  readonly version: string | undefined;

  constructor(message: string, version?: string) {
    super(message);
    this.name = 'EntryFault';
    this.version = version;
  }
}

/**
 * Reads an entry and checks it as Helm does when it loads an index.
 *
 * @throws EntryFault
 */
export function readChartVersion(value: unknown): ChartVersion {
  if (value === null || value === undefined) throw new EntryFault('empty entry');
  const { urls = [], created, removed, digest, ...rest } = decode(value);
  const { dependencies, ...fields } = rest;
  const raw: RawMetadata = {
    ...fields,
    apiVersion: (fields['apiVersion'] as string) || 'v1',
    ...(dependencies !== undefined && { dependencies: toDependencies(dependencies) }),
  };
  return {
    metadata: validated(raw),
    urls: urls as string[],
    ...(created !== undefined && { created: created as string }),
    ...(removed !== undefined && { removed: removed as boolean }),
    ...(digest !== undefined && { digest: digest as string }),
  };
}

function decode(value: unknown): Record<string, unknown> {
  try {
    checkTexts(value);
    return decodeStruct(value, CHART_VERSION, 'repo.ChartVersion');
  } catch (error) {
    if (error instanceof ShapeFault) throw new EntryFault(error.message);
    throw error;
  }
}

/**
 * Numbers are texts in `Chart.yaml`, but not in an index: there Go does not know what they are read into. `1.10` would be
 * another version, too.
 */
function checkTexts(entry: unknown): void {
  if (!isRecord(entry)) return;
  for (const [key, value] of Object.entries(entry)) {
    if (!Object.hasOwn(METADATA.fields, key) || METADATA.fields[key] !== 'string') continue;
    const isNumber = typeof value === 'number' || value instanceof NumberLiteral;
    if (!isNumber && typeof value !== 'boolean') continue;
    const kind = isNumber ? 'number' : 'bool';
    throw new ShapeFault(
      `json: cannot unmarshal ${kind} into Go struct field ChartVersion.entries.Metadata.${key} of type string`,
    );
  }
}

/** Names of dependencies may repeat: repositories are known that leave out the aliases. */
function validated(raw: RawMetadata): ChartMetadata {
  try {
    return validateMetadata(raw);
  } catch (error) {
    if (!(error instanceof HelmError)) throw error;
    if (!error.message.startsWith('validation: more than one dependency'))
      throw new EntryFault(error.message, raw.version ?? '');
    const { dependencies = [], ...rest } = raw;
    return { ...validated(rest), dependencies: dependencies.filter((each) => each !== null) };
  }
}
