import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';

import { sleep } from '@gitops-toolkit/core';
import type { ClusterConfig } from '@gitops-toolkit/kube';

import { EnvtestError } from '../errors.ts';
import { kubeconfigFor } from '../kubeconfig.ts';
import type { TestServer } from '../test-server.ts';
import { freePorts } from './free-ports.ts';
import { ProgramGroup } from './program-group.ts';

/** How to start the real servers. */
export interface BinariesOptions {
  /** The folder with `etcd` and `kube-apiserver`. @default the environment variable KUBEBUILDER_ASSETS */
  readonly folder?: string;
  /** More flags for kube-apiserver, as `--name=value`. A flag given here replaces one of ours. */
  readonly apiServerFlags?: readonly string[];
  /** How long the server may take to become ready, in milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  /** Ends the wait for readiness and the programs; looked at only while starting. */
  readonly signal?: AbortSignal;
}

/**
 * Starts real etcd and kube-apiserver programs on loopback, with RBAC on and an administrator's
 * token, and waits until the server is ready. No controllers run: nothing is garbage-collected and no
 * Deployment gets Pods. All files are in a temporary folder that `stop()` removes.
 *
 * @throws EnvtestError `ENVTEST_BINARIES_MISSING`, `ENVTEST_BINARY_FAILED`, `ENVTEST_START_TIMEOUT`.
 * @example
 * ```ts
 * import { startBinaries } from '@gitops-toolkit/envtest';
 * if (process.env['KUBEBUILDER_ASSETS']) {
 *   await using server = await startBinaries();
 *   console.log(server.url);
 * }
 * ```
 */
export async function startBinaries(options: BinariesOptions = {}): Promise<TestServer> {
  const folder = await requireFolder(options.folder ?? process.env['KUBEBUILDER_ASSETS']);
  options.signal?.throwIfAborted();
  const programs = await ProgramGroup.create();
  const stop = (): Promise<void> => programs.stop();
  try {
    const etcdPort = await startEtcd(folder, programs);
    const config = await startApiServer(folder, programs, etcdPort, options);
    return {
      config,
      url: config.server,
      kubeconfig: () => kubeconfigFor(config),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function requireFolder(folder: string | undefined): Promise<string> {
  const hint = 'Set KUBEBUILDER_ASSETS to a folder that holds etcd and kube-apiserver.';
  if (folder === undefined || folder === '') {
    throw new EnvtestError('ENVTEST_BINARIES_MISSING', 'no folder with etcd and kube-apiserver was given', {
      hint,
    });
  }
  for (const name of ['etcd', 'kube-apiserver']) {
    try {
      await access(join(folder, name));
    } catch (cause) {
      throw new EnvtestError('ENVTEST_BINARIES_MISSING', `${name} is not in ${folder}`, { cause, hint });
    }
  }
  return folder;
}

async function startEtcd(folder: string, programs: ProgramGroup): Promise<number> {
  const [client = 0, peer] = await freePorts(2);
  programs.start('etcd', join(folder, 'etcd'), [
    `--data-dir=${join(programs.folder, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    // The data lives as long as the test: there is nothing to survive a crash for.
    '--unsafe-no-fsync=true',
  ]);
  return client;
}

async function startApiServer(
  folder: string,
  programs: ProgramGroup,
  etcdPort: number,
  options: BinariesOptions,
): Promise<ClusterConfig> {
  const token = randomBytes(24).toString('hex');
  const [port = 0] = await freePorts(1);
  const own = await writeFlags(programs.folder, { token, port, etcdPort });
  programs.start('kube-apiserver', join(folder, 'kube-apiserver'), mergeFlags(own, options.apiServerFlags));
  const server = `https://127.0.0.1:${port}`;
  await waitUntilReady(server, token, programs, options);
  // The server's own certificate file carries the authority that signed it as well.
  const ca = await readFile(join(programs.folder, 'apiserver.crt'), 'utf8');
  return { server, ca, token };
}

/** Writes the files that kube-apiserver reads; its flags. */
async function writeFlags(
  directory: string,
  { token, port, etcdPort }: { token: string; port: number; etcdPort: number },
): Promise<string[]> {
  const file = (name: string): string => join(directory, name);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await writeFile(file('tokens.csv'), `${token},admin,,system:masters\n`, { mode: 0o600 });
  await writeFile(file('sa.key'), privateKey, { mode: 0o600 });
  await writeFile(file('sa.pub'), publicKey);
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${directory}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-signing-key-file=${file('sa.key')}`,
    `--service-account-key-file=${file('sa.pub')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    `--token-auth-file=${file('tokens.csv')}`,
    '--authorization-mode=RBAC',
    // No controller makes the default ServiceAccounts that this plugin waits for.
    '--disable-admission-plugins=ServiceAccount',
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
  ];
}

function mergeFlags(own: readonly string[], more: readonly string[] = []): string[] {
  const replaced = new Set(more.map((flag) => flag.split('=', 1)[0]));
  return [...own.filter((flag) => !replaced.has(flag.split('=', 1)[0])), ...more];
}

async function waitUntilReady(
  server: string,
  token: string,
  programs: ProgramGroup,
  options: BinariesOptions,
): Promise<void> {
  const { timeoutMs = 60_000, signal } = options;
  const end = performance.now() + timeoutMs;
  let last = 'no answer';
  while (performance.now() < end) {
    programs.assertRunning();
    last = await readiness(server, token);
    if (last === 'ok') return;
    await sleep(50, signal ? { signal } : {});
  }
  throw new EnvtestError(
    'ENVTEST_START_TIMEOUT',
    `kube-apiserver was not ready after ${timeoutMs} ms: ${last}`,
  );
}

/** The answer of `/readyz`. The certificate is not known yet, and a token of this process alone is all that is sent. */
function readiness(server: string, token: string): Promise<string> {
  return new Promise((resolve) => {
    const request = get(`${server}/readyz`, {
      rejectUnauthorized: false,
      agent: false,
      headers: { authorization: `Bearer ${token}` },
      timeout: 5000,
    });
    request.on('timeout', () => request.destroy());
    request.on('error', (error) => resolve(error.message));
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(response.statusCode === 200 ? 'ok' : text));
    });
  });
}
