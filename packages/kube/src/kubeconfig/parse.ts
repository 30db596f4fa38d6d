import { readFile as readFileOfDisk } from 'node:fs/promises';
import { errorMessage } from '@gitops-toolkit/core';
import type { ClusterConfig } from '../cluster-config.ts';
import { KubeError } from '../errors.ts';
import { type KubeconfigFile, mergeFiles } from './model.ts';
import { resolveContext } from './resolve.ts';
import type { Trust } from './trust.ts';

/** Whose kubeconfig it is, and which part of it counts. */
export interface ParseKubeconfigOptions extends Trust {
  /** @default its current context */
  readonly context?: string;
}

/** A kubeconfig with certificates of many clusters is far below it. */
const MAX_LENGTH = 4 * 1024 * 1024;

/**
 * The cluster and credentials that a kubeconfig's text names.
 *
 * @throws KubeError `KUBE_CONFIG_INVALID`; `KUBE_CONFIG_REFUSED` for fields that an untrusted text
 * must not set; `KUBE_CREDENTIALS` where a plugin fails.
 *
 * @example
 * ```ts
 * import { parseKubeconfig } from '@gitops-toolkit/kube';
 *
 * const text = `
 * clusters: [{ name: edge, cluster: { server: "https://edge.example:6443" } }]
 * users: [{ name: bot, user: { token: abc } }]
 * contexts: [{ name: edge, context: { cluster: edge, user: bot, namespace: apps } }]
 * current-context: edge
 * `;
 * const { server, namespace } = await parseKubeconfig(text, { allow: 'untrusted' });
 * console.log(server, namespace); // https://edge.example:6443 apps
 * ```
 */
export async function parseKubeconfig(text: string, options: ParseKubeconfigOptions): Promise<ClusterConfig> {
  const file = await readModel(text, { name: 'the kubeconfig', folder: undefined });
  return resolveContext(mergeFiles([file]), { ...options, context: options.context, readFile: readText });
}

/** Parses the text of one file. */
export async function readModel(text: string, file: Omit<KubeconfigFile, 'value'>): Promise<KubeconfigFile> {
  if (text.length > MAX_LENGTH) throw new KubeError('KUBE_CONFIG_INVALID', `${file.name} is too large`);
  // Only who reads a kubeconfig pays for a YAML parser.
  const { parse } = await import('@gitops-toolkit/yaml');
  try {
    return { ...file, value: parse(text, { dialect: 'yaml11' }) };
  } catch (cause) {
    throw new KubeError('KUBE_CONFIG_INVALID', `${file.name} is not YAML: ${errorMessage(cause)}`, { cause });
  }
}

/** Text of the disk. */
export function readText(path: string): Promise<string> {
  return readFileOfDisk(path, 'utf8');
}
