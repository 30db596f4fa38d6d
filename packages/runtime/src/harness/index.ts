/**
 * Runs reconcilers in tests: against a server of `@gitops-toolkit/envtest`, with a clock and faults of the test's own.
 *
 * @module
 */
export {
  ControllerRun,
  runControllers,
  type RunControllersOptions,
  type UntilOptions,
} from './controller-run.ts';
export { type InstallableDefinition, installDefinitions } from './install-definitions.ts';
export { FakeClock } from '../fake-clock.ts';
