import type { Chart, ChartFile } from '../chart/chart.ts';
import { HelmError } from '../errors.ts';
import { chartYaml, lockYaml } from './chart-yaml.ts';

const encoder = new TextEncoder();

/**
 * The files of a package in the order in which Helm writes them, charts in the chart behind their parent's. Names begin
 * with that of the chart.
 *
 * @throws HelmError `HELM_CHART_INVALID` for a schema that is no JSON.
 */
export function* packagedFiles(chart: Chart, folder = ''): Generator<ChartFile> {
  const base = `${folder}${chart.metadata.name}/`;
  for (const { name, data } of filesOf(chart)) yield { name: base + name, data };
  for (const dependency of chart.dependencies) yield* packagedFiles(dependency, `${base}charts/`);
}

function* filesOf({ metadata, lock, raw, schema, templates, files }: Chart): Generator<ChartFile> {
  const { dependencies, ...rest } = metadata;
  const isFirstFormat = metadata.apiVersion === 'v1';
  // Those of a chart of the first format stay in its requirements.yaml.
  const own = isFirstFormat || !dependencies ? rest : { ...rest, dependencies };
  yield { name: 'Chart.yaml', data: encoder.encode(chartYaml(own)) };
  if (lock && metadata.apiVersion === 'v2')
    yield { name: 'Chart.lock', data: encoder.encode(lockYaml(lock)) };
  for (const file of raw) if (file.name === 'values.yaml') yield file;
  if (schema) yield { name: 'values.schema.json', data: checkedJson(schema) };
  yield* templates;
  yield* files;
}

function checkedJson(data: Uint8Array): Uint8Array {
  try {
    JSON.parse(new TextDecoder().decode(data));
    return data;
  } catch (cause) {
    throw new HelmError('HELM_CHART_INVALID', 'invalid JSON in values.schema.json', {
      cause,
      source: { file: 'values.schema.json' },
      hint: 'Repair the schema, or leave it out of the chart.',
    });
  }
}
