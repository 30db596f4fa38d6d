/** A chart that was made, or one that is stored already. */
export interface ChartBuild {
  readonly name: string;
  readonly version: string;
  /** The files whose values are in it. */
  readonly valuesFiles: readonly string[];
  /** Whether it was packaged here, and not taken as it came. */
  readonly isPackaged: boolean;
  /** Its package; none where it is the one that is stored. */
  readonly data?: Uint8Array;
}

/** What is said of a chart, in Flux's words. */
export function summaryOf({ name, version, valuesFiles, isPackaged }: ChartBuild): string {
  return describeChart(isPackaged ? 'packaged' : 'pulled', { name, version, valuesFiles });
}

/** The same of one that is yet to be made. */
export function describeChart(
  action: 'new' | 'packaged' | 'pulled',
  { name, version, valuesFiles }: Pick<ChartBuild, 'name' | 'version' | 'valuesFiles'>,
): string {
  const merged = valuesFiles.length > 0 ? ` and merged values files [${valuesFiles.join(' ')}]` : '';
  return `${action} '${name}' chart with version '${version}'${merged}`;
}
