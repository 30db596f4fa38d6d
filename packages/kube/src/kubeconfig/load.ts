import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { errorMessage } from '@gitops-toolkit/core';
import type { ClusterConfig } from '../cluster-config.ts';
import { KubeError } from '../errors.ts';
import { isInCluster, loadInCluster } from './in-cluster.ts';
import { type KubeconfigFile, mergeFiles } from './model.ts';
import { readModel, readText } from './parse.ts';
import { resolveContext } from './resolve.ts';
import type { ReadFile } from './token-file.ts';

/** Where {@link loadKubeconfig} looks. */
export interface LoadKubeconfigOptions {
  /** The one file to read; it must exist. @default what the environment names */
  readonly path?: string;
  /** @default the current context */
  readonly context?: string;
  /** @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default the disk */
  readonly readFile?: ReadFile;
}

/**
 * The cluster to use, from the first of: `path`, the files of `KUBECONFIG` merged, the pod's
 * service account, `~/.kube/config`. All of these are the operator's own, so that commands and
 * files in them are honoured.
 *
 * @throws KubeError `KUBE_CONFIG_NOT_FOUND` where there is none of them, `KUBE_CONFIG_INVALID`,
 * `KUBE_CREDENTIALS` where a plugin fails.
 */
export async function loadKubeconfig(options: LoadKubeconfigOptions = {}): Promise<ClusterConfig> {
  const { path, context, env = process.env, readFile = readText } = options;
  const named = path === undefined ? (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean) : [path];
  if (named.length === 0 && context === undefined && isInCluster(env))
    return loadInCluster({ env, readFile });
  const paths = named.length > 0 ? named : [join(env['HOME'] || homedir(), '.kube', 'config')];
  const files = await readFiles(paths, readFile, path !== undefined);
  if (files.length === 0) throw nothingFound(paths);
  return resolveContext(mergeFiles(files), { allow: 'operator', context, readFile });
}

async function readFiles(
  paths: readonly string[],
  readFile: ReadFile,
  mustExist: boolean,
): Promise<KubeconfigFile[]> {
  const files: KubeconfigFile[] = [];
  for (const path of paths) {
    const text = await readFile(path).catch((cause: unknown) => {
      // kubectl, too, passes over the files of KUBECONFIG that do not exist.
      if (!mustExist && (cause as { code?: unknown }).code === 'ENOENT') return undefined;
      throw new KubeError('KUBE_CONFIG_NOT_FOUND', `the kubeconfig cannot be read: ${errorMessage(cause)}`, {
        cause,
      });
    });
    if (text !== undefined) files.push(await readModel(text, { name: path, folder: dirname(path) }));
  }
  return files;
}

function nothingFound(paths: readonly string[]): KubeError {
  return new KubeError('KUBE_CONFIG_NOT_FOUND', `no kubeconfig: ${paths.join(', ')} does not exist`, {
    hint: 'Set KUBECONFIG, pass a path, or run in a pod with a service account.',
  });
}
