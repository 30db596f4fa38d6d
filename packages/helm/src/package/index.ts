/**
 * Charts packaged as `helm package` does, the same chart as the same bytes.
 *
 * @module
 */
export {
  type ChartPackage,
  packageChart,
  packageName,
  type PackageOptions,
  writePackage,
} from './package-chart.ts';
export { replaceValues } from './replace-values.ts';
