/**
 * API servers to run and test against.
 *
 * - {@link startEmbedded}: a Kubernetes API server in this process, in memory, started in milliseconds;
 * - {@link startBinaries}: real etcd and kube-apiserver programs;
 * - {@link seededFaults} and {@link startFaultProxy}: what goes wrong with requests, by chance, before either server;
 * - {@link startGitServer}: git over smart HTTP, with repositories made on the spot, and no git program;
 * - {@link startOciRegistry}: an OCI registry in memory;
 * - a {@link TestServer} is how a caller sees either kind of server.
 *
 * @module
 */
export { type BinariesOptions, startBinaries } from './binaries/start-binaries.ts';
export type { RuleEvaluator } from './embedded/crd/rule-evaluator.ts';
export type { EmbeddedOptions, SimulationOptions, TokenUser } from './embedded/options.ts';
export type { EmbeddedServer, ObjectReader } from './embedded/embedded-server.ts';
export { startEmbedded } from './embedded/start-embedded.ts';
export { EnvtestError, type EnvtestErrorCode } from './errors.ts';
export type { Fault, FaultRequest, FaultRule, FaultStatus, WatchEnd } from './faults/fault.ts';
export type { RequestVerb } from './faults/request-verb.ts';
export {
  FAULT_KINDS,
  RARE_FAULT_KINDS,
  type FaultKind,
  type FaultPlan,
  seededFaults,
  type SeededFaultsOptions,
} from './faults/seeded-faults.ts';
export {
  type FaultProxy,
  type FaultProxyOptions,
  startFaultProxy,
} from './faults/proxy/start-fault-proxy.ts';
export {
  type CommitInput,
  type GitFileInput,
  type GitHashAlgorithm,
  type GitObjectType,
  type GitPerson,
  type GitServer,
  type GitServerFaults,
  type GitServerOptions,
  type GitServerRequest,
  GitTestRepository,
  type GitTestRepositoryOptions,
  type RefUpdate,
  startGitServer,
} from './git-server/index.ts';
export {
  type CosignKey,
  createCosignKey,
  type OciRegistry,
  type OciRegistryOptions,
  type RegistryUser,
  type RepositoryContents,
  startOciRegistry,
  type StoredManifest,
} from './oci-registry/index.ts';
export { type TestServer } from './test-server.ts';
