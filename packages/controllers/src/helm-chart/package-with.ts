import type { Chart, ValuesFile } from '@gitops-toolkit/helm';
import { replaceValues, writePackage } from '@gitops-toolkit/helm/package';
import type { BuildPhase } from './build-phase.ts';

/** The package of a chart under another version, with the values of files. */
export async function packageWith(
  chart: Chart,
  version: string,
  readFiles: () => readonly ValuesFile[],
  phase: BuildPhase,
): Promise<{ readonly data: Uint8Array; readonly valuesFiles: readonly string[] }> {
  const versioned = { ...chart, metadata: { ...chart.metadata, version } };
  const { merged, valuesFiles } = await phase('ValuesFilesError', () => {
    const files = readFiles();
    const replaced = files.length === 0 ? versioned : replaceValues(versioned, files);
    return { merged: replaced, valuesFiles: replaced === versioned ? [] : files.map(({ name }) => name) };
  });
  return { data: await phase('ChartPackageError', () => writePackage(merged)), valuesFiles };
}
