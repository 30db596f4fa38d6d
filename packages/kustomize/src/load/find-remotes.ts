import { baseName, directoryOf, type FileTree, joinPath, normalizePath } from '@gitops-toolkit/core';
import { parseDocuments } from '@gitops-toolkit/yaml';
import { KustomizeError } from '../errors.ts';
import type { DecodeMode } from './decode.ts';
import type { Kustomization } from './kustomization.ts';
import { KUSTOMIZATION_NAMES } from './kustomization-file.ts';
import { kustomizationFields } from './kustomization-fields.ts';
import type { RemoteContents } from './remote-contents.ts';
import { isWebUrl, tryParseRemoteUrl } from './remote-url.ts';

const LENIENT: DecodeMode = { strict: false, lenientTexts: true, what: 'Kustomization' };

/** Walks through kustomizations and their bases, and notes the URLs that they name. */
export class RemoteFinder {
  readonly #known: RemoteContents;
  readonly #seen = new Map<FileTree, Set<string>>();
  readonly #missing = new Set<string>();

  constructor(known: RemoteContents) {
    this.#known = known;
  }

  /** The URLs that are not known yet, in the order in which they were met. */
  get missing(): string[] {
    return [...this.#missing];
  }

  visit(tree: FileTree, path: string): void {
    const normalized = normalizePath(path);
    const root = normalized === undefined ? undefined : tree.resolve(normalized);
    if (root === undefined || tree.stat(root)?.kind !== 'directory' || this.#isSeen(tree, root)) return;
    const kustomization = readLeniently(tree, root);
    if (!kustomization) return;
    for (const entry of directoryEntries(kustomization)) this.#follow(tree, root, entry);
    for (const entry of fileEntries(kustomization)) if (isWebUrl(entry)) this.#note(entry);
  }

  #isSeen(tree: FileTree, root: string): boolean {
    let roots = this.#seen.get(tree);
    if (!roots) this.#seen.set(tree, (roots = new Set()));
    if (roots.has(root)) return true;
    roots.add(root);
    return false;
  }

  #follow(tree: FileTree, root: string, entry: string): void {
    // Entries of `transformers` can be YAML.
    if (entry.includes('\n')) return;
    const remote = tryParseRemoteUrl(entry);
    if (!remote && !isWebUrl(entry)) {
      const path = joinPath(root, entry);
      if (path !== undefined) this.visit(tree, path);
      return;
    }
    // A file or directory of this name wins over a repository's short form.
    const local = isWebUrl(entry) ? undefined : joinPath(root, entry);
    if (local !== undefined && tree.stat(local)?.kind === 'file') return;
    const content = this.#note(entry);
    if (content && !(content instanceof Uint8Array) && remote) this.visit(content, remote.kustRootPath);
  }

  #note(url: string): FileTree | Uint8Array | undefined {
    const content = this.#known.get(url);
    if (!content) this.#missing.add(url);
    return content;
  }
}

/** The build will say what is wrong with a kustomization; here it has just no URLs. */
function readLeniently(tree: FileTree, root: string): Kustomization | undefined {
  const names = KUSTOMIZATION_NAMES.map((name) => (root === '' ? name : `${root}/${name}`));
  const path = names.find((name) => tree.stat(name)?.kind === 'file');
  const bytes = path === undefined ? undefined : tree.read(path);
  if (!bytes || path === undefined) return undefined;
  try {
    const file = `${directoryOf(path)}/${baseName(path)}`;
    const [document] = parseDocuments(bytes, { dialect: 'yaml11', file });
    return kustomizationFields(document?.value ?? null, [], LENIENT);
  } catch (error) {
    if (error instanceof Error && (error instanceof KustomizeError || error.name === 'YamlError'))
      return undefined;
    throw error;
  }
}

function directoryEntries(k: Kustomization): string[] {
  return [k.resources, k.bases, k.components, k.generators, k.transformers, k.validators].flatMap(
    (list) => list ?? [],
  );
}

function fileEntries(k: Kustomization): string[] {
  const generated = [...(k.configMapGenerator ?? []), ...(k.secretGenerator ?? [])];
  return [
    ...[k.crds, k.configurations, k.patchesStrategicMerge].flatMap((list) => list ?? []),
    ...[...(k.patches ?? []), ...(k.patchesJson6902 ?? []), ...(k.replacements ?? [])].map(
      (entry) => entry.path ?? '',
    ),
    ...generated.flatMap(({ files = [], envs = [], env = '' }) => [
      ...files.map((source) => source.slice(source.indexOf('=') + 1)),
      ...envs,
      env,
    ]),
    ...(k.helmCharts ?? []).flatMap((chart) => [
      chart.valuesFile ?? '',
      ...(chart.additionalValuesFiles ?? []),
    ]),
    k.openapi?.['path'] ?? '',
  ];
}
