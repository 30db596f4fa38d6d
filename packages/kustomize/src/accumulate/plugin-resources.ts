import { KustomizeError } from '../errors.ts';
import { inlineText } from '../load/placed-text.ts';
import { Accumulator } from './accumulator.ts';
import { appendOrigin, configuredOrigin, type Origin } from './origin.ts';
import { readInlineResources } from './read-resources.ts';
import type { ResourceNode } from './resource-node.ts';
import type { PluginOwner } from './plugin-owner.ts';

/**
 * The resources that configure generators, transformers or validators: each entry is YAML, or names a
 * file, or a directory whose build gives them.
 */
export function pluginResources(
  owner: PluginOwner,
  field: 'generators' | 'transformers' | 'validators',
): readonly ResourceNode[] {
  const configs = new Accumulator();
  const paths: string[] = [];
  for (const [i, entry] of (owner.file.kustomization[field] ?? []).entries()) {
    const inline = tryInline(owner, entry, [field, i]);
    if (inline) configs.resources.appendAll(inline);
    else paths.push(entry);
  }
  owner.accumulateResources(configs, paths);
  return configs.resources.nodes;
}

function tryInline(
  owner: PluginOwner,
  entry: string,
  path: readonly (string | number)[],
): ResourceNode[] | undefined {
  const { file, place } = owner.contextOf(path);
  try {
    const nodes = readInlineResources(inlineText(entry, file, place));
    for (const node of nodes) owner.loader.context.schemas.noteKind(node.gvk);
    const { origin } = owner.inherited;
    if (origin) for (const node of nodes) node.buildOrigin = appendOrigin(origin, owner.file.fileName);
    return nodes;
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

/** What `buildMetadata` says of the work of something that a resource configures. */
export function pluginOrigin(config: ResourceNode): Origin | undefined {
  const { buildOrigin, apiVersion, kind, name, namespace } = config;
  if (!buildOrigin) return undefined;
  const { path = '', ...rest } = buildOrigin;
  return configuredOrigin(rest, path, { apiVersion, kind, name, namespace });
}
