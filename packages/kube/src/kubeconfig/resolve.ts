import { isAbsolute, join } from 'node:path';
import { errorMessage, getOwn, isRecord } from '@gitops-toolkit/core';
import type { ClusterConfig, Impersonation } from '../cluster-config.ts';
import { KubeError } from '../errors.ts';
import { certificateFiles } from './certificate-files.ts';
import { type Entry, type KubeconfigModel, textOf } from './model.ts';
import { type ReadFile, tokenFile } from './token-file.ts';
import { checkTrust, type Trust } from './trust.ts';

/** How a context of a kubeconfig becomes a {@link ClusterConfig}. */
export interface ResolveOptions extends Trust {
  readonly context: string | undefined;
  readonly readFile: ReadFile;
}

/** The cluster and credentials of a context. */
export async function resolveContext(
  model: KubeconfigModel,
  options: ResolveOptions,
): Promise<ClusterConfig> {
  const contextName = options.context ?? model.currentContext ?? onlyKey(model.contexts);
  const context = entryOf(model.contexts, contextName, 'context');
  const cluster = entryOf(model.clusters, textOf(context.value, 'cluster'), 'cluster');
  const userName = textOf(context.value, 'user');
  const user = userName === undefined ? NO_USER : entryOf(model.users, userName, 'user');
  checkTrust(cluster, user, options);
  const namespace = textOf(context.value, 'namespace');
  return {
    ...(await clusterPart(cluster, options.readFile)),
    ...(await userPart(user, cluster, options.readFile)),
    ...(namespace !== undefined && { namespace }),
  };
}

const NO_USER: Entry = { value: {}, folder: undefined };

function onlyKey(entries: ReadonlyMap<string, Entry>): string | undefined {
  return entries.size === 1 ? [...entries.keys()][0] : undefined;
}

function entryOf(entries: ReadonlyMap<string, Entry>, name: string | undefined, what: string): Entry {
  if (name === undefined) throw new KubeError('KUBE_CONFIG_INVALID', `the kubeconfig names no ${what}`);
  const entry = entries.get(name);
  if (entry) return entry;
  throw new KubeError('KUBE_CONFIG_INVALID', `the kubeconfig has no ${what} ${JSON.stringify(name)}`);
}

async function clusterPart(cluster: Entry, readFile: ReadFile): Promise<ClusterConfig> {
  const server = textOf(cluster.value, 'server');
  if (server === undefined)
    throw new KubeError('KUBE_CONFIG_INVALID', 'the cluster of the kubeconfig has no server');
  const ca = await pem(cluster, 'certificate-authority', readFile);
  const tlsServerName = textOf(cluster.value, 'tls-server-name');
  const proxyUrl = textOf(cluster.value, 'proxy-url');
  return {
    server,
    ...(ca !== undefined && { ca }),
    ...(cluster.value['insecure-skip-tls-verify'] === true && { insecureSkipTlsVerify: true }),
    ...(tlsServerName !== undefined && { tlsServerName }),
    ...(proxyUrl !== undefined && { proxyUrl }),
  };
}

async function userPart(user: Entry, cluster: Entry, readFile: ReadFile): Promise<Partial<ClusterConfig>> {
  const cert = await pem(user, 'client-certificate', readFile);
  const key = await pem(user, 'client-key', readFile);
  const certPath = pemPath(user, 'client-certificate');
  const keyPath = pemPath(user, 'client-key');
  const path = textOf(user.value, 'tokenFile');
  const token = path === undefined ? textOf(user.value, 'token') : tokenFile(absolute(user, path), readFile);
  const username = textOf(user.value, 'username');
  const password = textOf(user.value, 'password');
  const impersonate = impersonationOf(user.value);
  const config = {
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(certPath !== undefined &&
      keyPath !== undefined && {
        clientCertificate: certificateFiles({ cert: certPath, key: keyPath }, readFile),
      }),
    ...(token !== undefined && { token }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(impersonate && { impersonate }),
  };
  if (!isRecord(user.value['exec']) && !isRecord(user.value['auth-provider'])) return config;
  const { pluginCredentials } = await import('./plugins.ts');
  return { ...config, ...(await pluginCredentials(user, cluster)) };
}

/** PEM text: inline in `<field>-data` as base64, or in the file that `<field>` names. */
async function pem(entry: Entry, field: string, readFile: ReadFile): Promise<string | undefined> {
  const data = textOf(entry.value, `${field}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  const path = pemPath(entry, field);
  if (path === undefined) return undefined;
  try {
    return await readFile(path);
  } catch (cause) {
    const message = `the ${field} of the kubeconfig cannot be read: ${errorMessage(cause)}`;
    throw new KubeError('KUBE_CONFIG_INVALID', message, { cause });
  }
}

/** The file of a field whose data is not inline. */
function pemPath(entry: Entry, field: string): string | undefined {
  const path = textOf(entry.value, `${field}-data`) === undefined ? textOf(entry.value, field) : undefined;
  return path === undefined ? undefined : absolute(entry, path);
}

function absolute(entry: Entry, path: string): string {
  return isAbsolute(path) || entry.folder === undefined ? path : join(entry.folder, path);
}

function impersonationOf(user: Readonly<Record<string, unknown>>): Impersonation | undefined {
  const name = textOf(user, 'as');
  if (name === undefined) return undefined;
  const uid = textOf(user, 'as-uid');
  const groups = getOwn(user, 'as-groups');
  const extra = getOwn(user, 'as-user-extra');
  return {
    user: name,
    ...(uid !== undefined && { uid }),
    ...(Array.isArray(groups) && { groups: groups.filter((group) => typeof group === 'string') }),
    ...(isRecord(extra) && { extra: extra as Record<string, string[]> }),
  };
}
