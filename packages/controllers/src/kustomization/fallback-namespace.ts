import { getOwn, gvkOf, type KubeObject, type Resource } from '@gitops-toolkit/core';
import { isNoMatch, type KubeClient } from '@gitops-toolkit/kube';

/**
 * Puts objects of namespaced kinds that name no namespace into one, as kubectl puts them into that of its
 * context. A kind that neither the cluster nor a definition among the objects knows stays as it is.
 */
export async function addFallbackNamespace(
  resources: readonly Resource[],
  client: KubeClient,
  namespace: string,
): Promise<Resource[]> {
  const defined = namespacedByDefinition(resources);
  const isNamespaced = async (object: KubeObject): Promise<boolean> => {
    const { group, kind } = gvkOf(object);
    const scope = defined.get(`${group}/${kind}`);
    if (scope !== undefined) return scope;
    try {
      return (await client.mapper.mapping(object)).namespaced;
    } catch (error) {
      if (isNoMatch(error)) return false;
      throw error;
    }
  };
  return Promise.all(
    resources.map(async (resource) => {
      const { object } = resource;
      if (object.metadata.namespace || !(await isNamespaced(object))) return resource;
      return { ...resource, object: { ...object, metadata: { ...object.metadata, namespace } } };
    }),
  );
}

/** Whether the kinds that the objects themselves define are namespaced, by `group/Kind`. */
function namespacedByDefinition(resources: readonly Resource[]): Map<string, boolean> {
  const definitions = resources.filter(({ object }) => object.kind === 'CustomResourceDefinition');
  return new Map(
    definitions.map(({ object }) => {
      const spec = getOwn(object, 'spec');
      const kind = getOwn(getOwn(spec, 'names'), 'kind');
      return [`${String(getOwn(spec, 'group'))}/${String(kind)}`, getOwn(spec, 'scope') !== 'Cluster'];
    }),
  );
}
