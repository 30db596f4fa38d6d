import { parse, YamlError } from '@gitops-toolkit/yaml';
import { yamlFault } from '../functions/yaml-functions.ts';
import { decodeStruct, ShapeFault, type StructShape } from './decode-struct.ts';
import type { ChartDependency, ChartMaintainer, ChartMetadata } from './metadata.ts';

const DEPENDENCY: StructShape = {
  name: 'Dependency',
  fields: {
    name: 'string',
    version: 'string',
    repository: 'string',
    condition: 'string',
    tags: { list: 'string' },
    enabled: 'bool',
    'import-values': { list: 'any' },
    alias: 'string',
  },
};

const MAINTAINER: StructShape = {
  name: 'Maintainer',
  fields: { name: 'string', email: 'string', url: 'string' },
};

/** The fields of `Chart.yaml`. */
export const METADATA: StructShape = {
  name: 'Metadata',
  fields: {
    name: 'string',
    home: 'string',
    sources: { list: 'string' },
    version: 'string',
    description: 'string',
    keywords: { list: 'string' },
    maintainers: { list: MAINTAINER },
    icon: 'string',
    apiVersion: 'string',
    condition: 'string',
    tags: 'string',
    appVersion: 'string',
    deprecated: 'bool',
    annotations: { map: 'string' },
    kubeVersion: 'string',
    dependencies: { list: DEPENDENCY },
    type: 'string',
  },
};

const LOCK: StructShape = {
  name: 'Lock',
  fields: { generated: 'string', digest: 'string', dependencies: { list: DEPENDENCY } },
};

/** Metadata as it was read, before it is known to be valid: anything may be missing. */
export interface RawMetadata extends Partial<Omit<ChartMetadata, 'maintainers' | 'dependencies'>> {
  readonly maintainers?: readonly (ChartMaintainer | null)[];
  readonly dependencies?: readonly (ChartDependency | null)[];
}

/** A file of a chart that cannot be read, in Helm's words. */
export class MetadataFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'MetadataFault';
  }
}

/**
 * Reads `Chart.yaml`, or `requirements.yaml` into what was read from it.
 *
 * @throws MetadataFault
 */
export function readMetadata(text: string, file: string): RawMetadata {
  const { dependencies, ...rest } = decodeFile(text, file, METADATA) as Record<string, unknown>;
  return { ...rest, ...(dependencies !== undefined && { dependencies: toDependencies(dependencies) }) };
}

/** Reads `Chart.lock`. @throws MetadataFault */
export function readLock(
  text: string,
  file: string,
): { generated: string; digest: string; dependencies: ChartDependency[] } {
  const { generated = '', digest = '', dependencies = [] } = decodeFile(text, file, LOCK);
  const found = toDependencies(dependencies).filter((each) => each !== null);
  return { generated: String(generated as string), digest: String(digest as string), dependencies: found };
}

function decodeFile(text: string, file: string, shape: StructShape): Record<string, unknown> {
  try {
    return decodeStruct(
      parse(text, { dialect: 'yaml11', documents: 'first', file }),
      shape,
      `chart.${shape.name}`,
    );
  } catch (cause) {
    if (cause instanceof YamlError)
      throw new MetadataFault(`cannot load ${file}: ${yamlFault(cause)}`, { cause });
    if (!(cause instanceof ShapeFault)) throw cause;
    const words = `error unmarshaling JSON: while decoding JSON: ${cause.message}`;
    throw new MetadataFault(`cannot load ${file}: ${words}`, { cause });
  }
}

/** Entries of `dependencies` under the names that they have here. */
export function toDependencies(list: unknown): (ChartDependency | null)[] {
  return (list as (Record<string, unknown> | null)[]).map((each) => {
    if (each === null) return null;
    const { 'import-values': importValues, ...rest } = each;
    return { name: '', ...rest, ...(importValues !== undefined && { importValues }) } as ChartDependency;
  });
}
