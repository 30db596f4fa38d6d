import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Resource } from '@gitops-toolkit/core';
import { UsageError, writeAllSync } from '@gitops-toolkit/core/node';
import { gvkFrom } from '../accumulate/gvk.ts';
import { isClusterScoped } from '../accumulate/cluster-scope.ts';
import { resourcesToYaml } from '../emit/resources-to-yaml.ts';

const STDOUT = 1;
/** Documents are gathered to pieces of this length, so that a thousand small ones are not a thousand calls. */
const PIECE = 128 * 1024;

/**
 * Prints resources to standard output, a file, or into a directory that is there. The list is emptied on the
 * way: what is printed is not kept, and the whole text is never in memory.
 */
export function writeResult(resources: Resource[], output: string | undefined): void {
  if (output === undefined) return writeDocuments(resources, STDOUT);
  if (statSync(output, { throwIfNoEntry: false })?.isDirectory()) return writeFiles(resources, output);
  const file = openSync(output, 'w');
  try {
    writeDocuments(resources, file);
  } finally {
    closeSync(file);
  }
}

function writeDocuments(resources: Resource[], file: number): void {
  let piece = '';
  let separator = '';
  resources.reverse();
  for (let resource = resources.pop(); resource; resource = resources.pop()) {
    piece += separator + resourcesToYaml([resource]);
    separator = '---\n';
    if (piece.length < PIECE) continue;
    writeAllSync(file, piece);
    piece = '';
  }
  writeAllSync(file, piece);
}

/** One file a resource, named as kustomize names them; namespaces are in the names where there are several. */
function writeFiles(resources: readonly Resource[], directory: string): void {
  const namespaces = new Set(resources.map(namespaceOf).filter((namespace) => namespace !== undefined));
  const names = resources.map((resource) => fileName(resource, namespaces.size > 1));
  const taken = new Set<string>();
  for (const name of names) {
    // The name of a resource is not trusted with where a file goes; on Windows a colon names a stream.
    if (/[/\\\0]/.test(name) || (sep === '\\' && name.includes(':')))
      throw new UsageError(`cannot write a file named ${JSON.stringify(name)} in ${directory}`);
    if (taken.has(name))
      throw new UsageError(`two resources would be written to the file ${name} in ${directory}`);
    taken.add(name);
  }
  for (const [i, resource] of resources.entries())
    writeFileSync(join(directory, names[i] ?? ''), resourcesToYaml([resource]));
}

/** `undefined` for what is in no namespace. */
function namespaceOf({ object }: Resource): string | undefined {
  if (isClusterScoped(gvkFrom(object.apiVersion, object.kind))) return undefined;
  return object.metadata.namespace || 'default';
}

function fileName(resource: Resource, withNamespace: boolean): string {
  const { apiVersion, kind, metadata } = resource.object;
  const { group, version } = gvkFrom(apiVersion, kind);
  const namespace = withNamespace ? namespaceOf(resource) : undefined;
  const parts = [namespace, group, version, kind, metadata.name].filter((part) => part);
  return `${parts.join('_').toLowerCase()}.yaml`;
}
