/**
 * Servers that tests of sources talk to, each on loopback: HTTP with a handler of the test's own, and the real
 * programs that `tools/test-servers/install` brings.
 *
 * @module
 */
export { createAuthority, type TestAuthority, type TestCertificate } from './certificates.ts';
export { findProgram } from './find-program.ts';
export { startGofakes3 } from './gofakes3.ts';
export { startDockerRegistry, startReferrersRegistry } from './registries.ts';
export { type HttpTestServer, serveHttp } from './serve-http.ts';
export { type RunningProgram, startProgram, type StartProgramOptions } from './start-program.ts';
export { createSshKey, type Sshd, type SshdOptions, type SshKeyPair, startSshd } from './sshd.ts';
