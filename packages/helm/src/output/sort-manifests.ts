import type { Dialect } from '../dialect.ts';
import type { TextCache } from '../render/text-cache.ts';
import { type Hook, isHook, readHook } from './hook.ts';
import { INSTALL_ORDER, sortByKind } from './kind-order.ts';
import { type ManifestHead, readHead } from './manifest-head.ts';
import { splitManifests } from './split-manifests.ts';

/** An object that templates made. */
export interface Manifest {
  /** The template that made it. */
  readonly path: string;
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty where the object has none. */
  readonly name: string;
  /** Its YAML. */
  readonly content: string;
}

/** Objects in the order in which they are installed. */
export interface SortedManifests {
  readonly manifests: readonly Manifest[];
  readonly hooks: readonly Hook[];
}

/** How what templates made is sorted. */
export interface SortOptions {
  readonly dialect: Dialect;
  readonly warn: (message: string) => void;
  readonly cache: TextCache<ManifestHead> | undefined;
}

/**
 * Splits what templates made into objects: files by name, documents as they come, and all then by kind.
 *
 * @throws HelmError `HELM_OUTPUT_INVALID`
 */
export function sortManifests(
  texts: ReadonlyMap<string, string>,
  { dialect, warn, cache }: SortOptions,
): SortedManifests {
  const manifests: Manifest[] = [];
  const hooks: Hook[] = [];
  for (const path of [...texts.keys()].toSorted()) {
    for (const content of splitManifests(texts.get(path) ?? '', dialect)) {
      const read = (): ManifestHead => readHead(content, path, dialect);
      const head = cache ? cache.get(content, read) : read();
      if (!isHook(head)) {
        manifests.push(manifestOf(head, path, content));
        continue;
      }
      const hook = readHook(head, path, content);
      if (hook) hooks.push(hook);
      else warn(`info: skipping unknown hook: "${head.annotations['helm.sh/hook']}"`);
    }
  }
  const order = INSTALL_ORDER[dialect];
  return { manifests: sortByKind(manifests, order), hooks: sortByKind(hooks, order) };
}

/** The object of a document, whatever its annotations. @throws HelmError `HELM_OUTPUT_INVALID` */
export function readManifest(content: string, path: string, dialect: Dialect): Manifest {
  return manifestOf(readHead(content, path, dialect), path, content);
}

const manifestOf = ({ apiVersion, kind, name }: ManifestHead, path: string, content: string): Manifest => ({
  path,
  apiVersion,
  kind,
  name,
  content,
});
