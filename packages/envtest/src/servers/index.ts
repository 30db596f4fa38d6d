/**
 * Servers that tests of sources talk to, each on loopback: HTTP with a handler of the test's own, and the real
 * programs that `tools/test-servers/install` brings. {@link startTcpFaultProxy} stands before any of them and does to
 * connections what networks do.
 *
 * @module
 */
export { freePorts } from '../binaries/free-ports.ts';
export { createAuthority, type TestAuthority, type TestCertificate, type Validity } from './certificates.ts';
export { findProgram } from './find-program.ts';
export { startDockerRegistry, startReferrersRegistry } from './registries.ts';
export { type HttpTestServer, serveHttp } from './serve-http.ts';
export { type RunningProgram, startProgram, type StartProgramOptions } from './start-program.ts';
export { createSshKey, type Sshd, type SshdOptions, type SshKeyPair, startSshd } from './sshd.ts';
export {
  AZURITE_ACCOUNT,
  type RunningStorage,
  startAzurite,
  startFakeGcs,
  startGofakes3,
  startMoto,
  startS3rver,
} from './storages.ts';
export { seededTcpFaults, type SeededTcpFaultsOptions } from './tcp-faults/seeded-tcp-faults.ts';
export {
  startTcpFaultProxy,
  type TcpFaultProxy,
  type TcpTarget,
} from './tcp-faults/start-tcp-fault-proxy.ts';
export {
  TCP_FAULT_KINDS,
  type TcpFault,
  type TcpFaultKind,
  type TcpFaultRule,
} from './tcp-faults/tcp-fault.ts';
