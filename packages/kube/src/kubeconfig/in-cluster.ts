import { readFile as readFileOfDisk } from 'node:fs/promises';
import { type Clock, errorMessage } from '@gitops-toolkit/core';
import type { ClusterConfig } from '../cluster-config.ts';
import { KubeError } from '../errors.ts';
import { type ReadFile, tokenFile } from './token-file.ts';

/** Where {@link loadInCluster} looks. */
export interface InClusterOptions {
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default the disk */
  readonly readFile?: ReadFile;
  /** @default the machine's */
  readonly clock?: Clock;
}

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Whether the process runs in a pod with a service account. */
export function isInCluster(env: Readonly<Record<string, string | undefined>>): boolean {
  return Boolean(env['KUBERNETES_SERVICE_HOST'] && env['KUBERNETES_SERVICE_PORT']);
}

/**
 * The cluster that this process runs in, as its pod's service account. The token is read again as
 * the kubelet rotates it.
 *
 * @throws KubeError `KUBE_CONFIG_NOT_FOUND` outside of a pod.
 */
export async function loadInCluster(options: InClusterOptions = {}): Promise<ClusterConfig> {
  const { env = process.env, readFile = readText, clock } = options;
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port) throw notFound('KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set');
  const token = tokenFile(`${FOLDER}/token`, readFile, clock);
  try {
    await token();
    const namespace = (await readFile(`${FOLDER}/namespace`).catch(() => '')).trim();
    return {
      server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
      ca: await readFile(`${FOLDER}/ca.crt`),
      token,
      ...(namespace !== '' && { namespace }),
    };
  } catch (cause) {
    throw notFound(errorMessage(cause), cause);
  }
}

function notFound(why: string, cause?: unknown): KubeError {
  return new KubeError('KUBE_CONFIG_NOT_FOUND', `no service account to reach the cluster with: ${why}`, {
    cause,
  });
}

function readText(path: string): Promise<string> {
  return readFileOfDisk(path, 'utf8');
}
