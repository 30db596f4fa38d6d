/**
 * Charts packaged as `helm package` does, the same chart as the same bytes.
 *
 * @module
 */
export { type ChartPackage, packageChart, type PackageOptions } from './package-chart.ts';
export { replaceValues } from './replace-values.ts';
