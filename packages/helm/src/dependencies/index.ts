/**
 * The dependencies of a chart: resolved, locked and fetched into `charts/`, as `helm dependency update` and `build` do. A
 * tree comes in, another one comes out; what is fetched comes through functions of the caller.
 *
 * @module
 */
export { type CompletedChart, loadWithDependencies } from './add-missing.ts';
export type { FetchedDependency } from './fetch-charts.ts';
export { helm2LockDigest, lockDigest } from './lock-digest.ts';
export type { FetchDependenciesOptions } from './manager-options.ts';
export type { NamedRepository } from './repository-table.ts';
export {
  buildDependencies,
  type FetchDependenciesResult,
  updateDependencies,
} from './update-dependencies.ts';
