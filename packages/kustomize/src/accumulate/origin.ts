import { emit } from '@gitops-toolkit/yaml';
import { tryParseRemoteUrl } from '../load/remote-url.ts';

/** What configured a generator or transformer. */
export interface ConfiguredBy {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name?: string;
  readonly namespace?: string;
}

/** Where a resource, or a change of it, comes from: what `buildMetadata` writes into annotations. */
export interface Origin {
  readonly path?: string;
  readonly repo?: string;
  readonly ref?: string;
  readonly configuredIn?: string;
  readonly configuredBy?: ConfiguredBy;
}

/** The origin of what a kustomization with this origin names. */
export function appendOrigin(origin: Origin, path: string): Origin {
  const remote = tryParseRemoteUrl(path);
  if (!remote) return { ...origin, path: joinPaths(origin.path ?? '', path) };
  const { kustRootPath } = remote;
  return {
    ...origin,
    repo: remote.cloneSpec,
    ref: remote.ref,
    // The path in the repository, beneath whatever directory it is cloned into.
    path: joinPaths('', kustRootPath),
  };
}

/** The origin of something that a file configures. */
export function configuredOrigin(origin: Origin, file: string, by: ConfiguredBy): Origin {
  const { repo, ref } = origin;
  return {
    ...(repo === undefined ? {} : { repo }),
    ...(ref === undefined ? {} : { ref }),
    configuredIn: joinPaths(origin.path ?? '', file),
    configuredBy: by,
  };
}

function joinPaths(directory: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${directory}/${path}`.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}

/** An origin as YAML, its fields in the order that kustomize writes them. */
export function originText(origin: Origin): string {
  const { configuredBy } = origin;
  const lines = linesOf(origin, ['path', 'repo', 'ref', 'configuredIn']);
  const inner = configuredBy ? linesOf(configuredBy, ['apiVersion', 'kind', 'name', 'namespace']) : [];
  if (inner.length > 0) lines.push('configuredBy:', ...inner.map((line) => `  ${line}`));
  return lines.length === 0 ? '{}\n' : `${lines.join('\n')}\n`;
}

function linesOf<T extends object>(record: T, fields: readonly (keyof T & string)[]): string[] {
  return fields.filter((field) => record[field]).map((field) => emit({ [field]: record[field] }).trimEnd());
}
