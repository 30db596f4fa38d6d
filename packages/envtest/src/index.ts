/**
 * API servers to run and test against.
 *
 * - {@link startBinaries}: real etcd and kube-apiserver programs;
 * - a {@link TestServer} is how a caller sees either kind of server.
 *
 * @module
 */
export { type BinariesOptions, startBinaries } from './binaries/start-binaries.ts';
export { EnvtestError, type EnvtestErrorCode } from './errors.ts';
export { type TestServer } from './test-server.ts';
