import type { Chart } from '../chart/chart.ts';
import { HelmError } from '../errors.ts';
import { writeYaml } from '../functions/yaml-functions.ts';
import { userValues, type ValuesFile } from '../values/user-values.ts';

const VALUES_FILE = 'values.yaml';

/**
 * A chart with the values of files, merged, the later ones over the earlier, in the place of those in its `values.yaml`: what
 * Flux does for `valuesFiles` of a HelmChart. The chart itself where its `values.yaml` says the same, byte for byte.
 *
 * @throws HelmError `HELM_VALUES_INVALID`; `HELM_CHART_INVALID` where the chart has no `values.yaml`
 */
export function replaceValues(chart: Chart, files: readonly ValuesFile[]): Chart {
  const values = userValues({ files }, 'v3');
  const text = Object.keys(values).length === 0 ? '' : `${writeYaml(values)}\n`;
  const data = new TextEncoder().encode(text);
  const current = chart.raw.find(({ name }) => name === VALUES_FILE);
  if (!current) {
    throw new HelmError('HELM_CHART_INVALID', `failed to locate values file: ${VALUES_FILE}`, {
      source: { file: VALUES_FILE },
      hint: 'Add a values.yaml to the chart: its values are replaced.',
    });
  }
  if (new TextDecoder().decode(current.data) === text) return chart;
  const raw = chart.raw.map((file) => (file === current ? { ...file, data } : file));
  return { ...chart, raw, values };
}
