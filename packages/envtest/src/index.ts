/**
 * API servers to run and test against.
 *
 * - {@link startEmbedded}: a Kubernetes API server in this process, in memory, started in milliseconds;
 * - {@link startBinaries}: real etcd and kube-apiserver programs;
 * - a {@link TestServer} is how a caller sees either kind of server.
 *
 * @module
 */
export { type BinariesOptions, startBinaries } from './binaries/start-binaries.ts';
export type { RuleEvaluator } from './embedded/crd/rule-evaluator.ts';
export type { EmbeddedOptions, SimulationOptions, TokenUser } from './embedded/options.ts';
export { type EmbeddedServer, type ObjectReader, startEmbedded } from './embedded/start-embedded.ts';
export { EnvtestError, type EnvtestErrorCode } from './errors.ts';
export { type TestServer } from './test-server.ts';
