import { getOwn, isRecord } from '@gitops-toolkit/core';
import { KubeError } from '../errors.ts';

/** An entry of a kubeconfig and the folder that its relative paths start from. */
export interface Entry {
  readonly value: Readonly<Record<string, unknown>>;
  /** `undefined` where the text is from no file. */
  readonly folder: string | undefined;
}

/** What the files of a kubeconfig say together. */
export interface KubeconfigModel {
  readonly clusters: Map<string, Entry>;
  readonly users: Map<string, Entry>;
  readonly contexts: Map<string, Entry>;
  currentContext: string | undefined;
}

/** One file: its text, parsed, and its folder. */
export interface KubeconfigFile {
  readonly value: unknown;
  readonly folder: string | undefined;
  /** For messages. */
  readonly name: string;
}

/** Merges files as kubectl does: of each name the first entry counts, and the first current context. */
export function mergeFiles(files: readonly KubeconfigFile[]): KubeconfigModel {
  const model: KubeconfigModel = {
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
    currentContext: undefined,
  };
  for (const file of files) {
    if (file.value === null || file.value === undefined) continue;
    if (!isRecord(file.value)) throw new KubeError('KUBE_CONFIG_INVALID', `${file.name} is not a kubeconfig`);
    addEntries(model.clusters, file, 'clusters', 'cluster');
    addEntries(model.users, file, 'users', 'user');
    addEntries(model.contexts, file, 'contexts', 'context');
    model.currentContext ??= textOf(file.value, 'current-context');
  }
  return model;
}

function addEntries(into: Map<string, Entry>, file: KubeconfigFile, list: string, key: string): void {
  const entries = getOwn(file.value, list) ?? [];
  if (!Array.isArray(entries))
    throw new KubeError('KUBE_CONFIG_INVALID', `${file.name}: ${list} is not a list`);
  for (const entry of entries) {
    const name = textOf(entry, 'name');
    const value = getOwn(entry, key);
    if (name === undefined || into.has(name)) continue;
    into.set(name, { value: isRecord(value) ? value : {}, folder: file.folder });
  }
}

/** A field that is text and not empty. */
export function textOf(record: unknown, key: string): string | undefined {
  const value = getOwn(record, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
