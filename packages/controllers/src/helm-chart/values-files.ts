import { type FileTree, normalizePath } from '@gitops-toolkit/core';
import type { Chart, ValuesFile } from '@gitops-toolkit/helm';
import { ControllersError } from '../errors.ts';

/** Which values files are wanted. */
export interface WantedValues {
  readonly paths: readonly string[];
  readonly ignoreMissing: boolean;
}

/** Values files of a source, by their paths in it. @throws ControllersError `CONTROLLERS_PATH_NOT_FOUND` */
export function valuesInTree(tree: FileTree, wanted: WantedValues): ValuesFile[] {
  return collect(wanted, (path) => {
    const place = normalizePath(path);
    return place !== undefined && tree.stat(place)?.kind === 'file' ? tree.read(place) : undefined;
  });
}

/** Values files of a chart, by their paths in it. @throws ControllersError `CONTROLLERS_PATH_NOT_FOUND` */
export function valuesInChart(chart: Chart, wanted: WantedValues): ValuesFile[] {
  const files = new Map([...chart.raw, ...chart.files].map(({ name, data }) => [name, data]));
  return collect(wanted, (path) => files.get(normalizePath(path) ?? ''));
}

function collect(
  { paths, ignoreMissing }: WantedValues,
  read: (path: string) => Uint8Array | undefined,
): ValuesFile[] {
  return paths.flatMap((path) => {
    const data = read(path);
    if (data) return { name: path, text: new TextDecoder().decode(data) };
    if (ignoreMissing) return [];
    throw new ControllersError('CONTROLLERS_PATH_NOT_FOUND', `no values file found at path '${path}'`, {
      hint: 'Paths are relative to the chart, or to the root of a GitRepository or Bucket; see spec.ignoreMissingValuesFiles.',
    });
  });
}
