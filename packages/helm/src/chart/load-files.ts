import { HelmError } from '../errors.ts';
import { readValues, ValuesFault } from '../values/read-values.ts';
import type { Dialect } from '../dialect.ts';
import type { Chart, ChartFile } from './chart.ts';
import { MetadataFault, type RawMetadata, readLock, readMetadata } from './read-metadata.ts';
import { validateMetadata } from './validate-metadata.ts';

/** As deep as charts may be in charts. */
const MAX_DEPTH = 64;

/** How the files of a chart are read. */
export interface LoadSettings {
  /** Whose reading of `values.yaml` counts. */
  readonly dialect: Dialect;
  /** The files of an archive in `charts/`. */
  readonly unpack: (data: Uint8Array) => readonly ChartFile[];
}

/**
 * A chart of its files, whose names are relative to its root.
 *
 * @throws HelmError `HELM_CHART_INVALID`, `HELM_LIMIT`
 */
export function loadFiles(files: readonly ChartFile[], settings: LoadSettings, depth = 0): Chart {
  if (depth > MAX_DEPTH) {
    throw new HelmError('HELM_LIMIT', `charts are nested deeper than ${MAX_DEPTH}`, {
      hint: 'No chart needs so many: the chart may contain itself.',
    });
  }
  const parts = sortFiles(files);
  let raw = readChartYaml(files);
  for (const file of parts.requirements) raw = { ...raw, ...metadataOf(file) };
  if (raw === undefined) throw invalid('Chart.yaml file is missing', 'Chart.yaml');
  const metadata = validateMetadata(raw);
  const lock = [...parts.requirementLocks, ...parts.locks].at(-1);
  const schema = parts.schemas.at(-1);
  const values = parts.values.at(-1);
  return {
    metadata,
    values: values ? valuesOf(values, settings.dialect) : (Object.create(null) as Record<string, unknown>),
    ...(schema && { schema: schema.data }),
    ...(lock && { lock: guard(lock.name, () => readLock(textOf(lock), lock.name)) }),
    templates: parts.templates,
    files: raw.apiVersion === 'v1' ? withRequirements(files, parts) : parts.files,
    dependencies: loadDependencies(parts.charts, metadata.name, settings, depth),
    raw: files,
  };
}

/** Templates of a chart of the first format see its requirements, at their place among the other files. */
function withRequirements(files: readonly ChartFile[], parts: Parts): readonly ChartFile[] {
  const seen = new Set([...parts.files, ...parts.requirements, ...parts.requirementLocks]);
  return files.filter((file) => seen.has(file));
}

interface Parts {
  readonly templates: ChartFile[];
  readonly files: ChartFile[];
  readonly charts: Map<string, ChartFile[]>;
  readonly values: ChartFile[];
  readonly schemas: ChartFile[];
  readonly locks: ChartFile[];
  readonly requirements: ChartFile[];
  readonly requirementLocks: ChartFile[];
}

function sortFiles(files: readonly ChartFile[]): Parts {
  const parts: Parts = {
    templates: [],
    files: [],
    charts: new Map(),
    values: [],
    schemas: [],
    locks: [],
    requirements: [],
    requirementLocks: [],
  };
  const byName: Readonly<Record<string, ChartFile[]>> = {
    'Chart.yaml': [],
    'Chart.lock': parts.locks,
    'values.yaml': parts.values,
    'values.schema.json': parts.schemas,
    'requirements.yaml': parts.requirements,
    'requirements.lock': parts.requirementLocks,
  };
  for (const file of files) {
    const named = Object.hasOwn(byName, file.name) ? byName[file.name] : undefined;
    if (named) named.push(file);
    else if (file.name.startsWith('templates/')) parts.templates.push(file);
    else if (file.name.startsWith('charts/') && !file.name.endsWith('.prov')) addToChart(parts.charts, file);
    else parts.files.push(file);
  }
  return parts;
}

function addToChart(charts: Map<string, ChartFile[]>, file: ChartFile): void {
  const name = file.name.slice('charts/'.length);
  const chart = name.split('/', 1)[0] ?? '';
  const found = charts.get(chart) ?? [];
  found.push({ name, data: file.data });
  charts.set(chart, found);
}

/** Charts that do not say of what version of the format they are, are of the first. */
function readChartYaml(files: readonly ChartFile[]): RawMetadata | undefined {
  let raw: RawMetadata | undefined;
  for (const file of files) {
    if (file.name !== 'Chart.yaml') continue;
    const read = { ...raw, ...metadataOf(file) };
    raw = { ...read, apiVersion: read.apiVersion || 'v1' };
  }
  return raw;
}

const metadataOf = (file: ChartFile): RawMetadata =>
  guard(file.name, () => readMetadata(textOf(file), file.name));

function valuesOf(file: ChartFile, dialect: Dialect): Record<string, unknown> {
  return guard(file.name, () => readValues(textOf(file), dialect, file.name), `cannot load ${file.name}: `);
}

function guard<T>(file: string, read: () => T, prefix = ''): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MetadataFault || error instanceof ValuesFault)) throw error;
    throw invalid(prefix + error.message, file, error);
  }
}

function loadDependencies(
  charts: ReadonlyMap<string, readonly ChartFile[]>,
  parent: string,
  settings: LoadSettings,
  depth: number,
): Chart[] {
  const loaded: Chart[] = [];
  for (const name of [...charts.keys()].toSorted()) {
    const files = charts.get(name) ?? [];
    if (/^[_.]/.test(name)) continue;
    try {
      loaded.push(loadFiles(dependencyFiles(name, files, parent, settings), settings, depth + 1));
    } catch (error) {
      if (!(error instanceof HelmError)) throw error;
      throw new HelmError(error.code, `error unpacking subchart ${name} in ${parent}: ${error.message}`, {
        cause: error,
        source: { file: `charts/${name}` },
        ...(error.hint !== undefined && { hint: error.hint }),
      });
    }
  }
  return loaded;
}

function dependencyFiles(
  name: string,
  files: readonly ChartFile[],
  parent: string,
  settings: LoadSettings,
): readonly ChartFile[] {
  if (name.endsWith('.tgz')) {
    const [file] = files;
    if (file?.name === name) return settings.unpack(file.data);
    throw invalid(
      `error unpacking subchart tar in ${parent}: expected ${name}, got ${file?.name ?? ''}`,
      name,
    );
  }
  return files
    .filter((file) => file.name.includes('/'))
    .map((file) => ({ name: file.name.slice(name.length + 1), data: file.data }));
}

const textOf = ({ data }: ChartFile): string => new TextDecoder().decode(data);

function invalid(message: string, file: string, cause?: unknown): HelmError {
  return new HelmError('HELM_CHART_INVALID', message, {
    source: { file },
    ...(cause !== undefined && { cause }),
    hint: 'A chart has a Chart.yaml with apiVersion, name and version, and values.yaml is a map.',
  });
}
