import type { ResourceNode } from './resource-node.ts';

/** What kustomize's notes in annotations begin with. */
export const INTERNAL_PREFIX = 'internal.config.kubernetes.io/';

/**
 * Takes over what the output of another kustomize, in the form that its plugins see, says of a resource:
 * former ids, prefixes and the like, in annotations.
 */
export function importHistory(node: ResourceNode): void {
  const annotations = node.textMap('annotations');
  const names = Object.keys(annotations).filter((name) => name.startsWith(INTERNAL_PREFIX));
  if (names.length === 0) return;
  const list = (name: string): string[] => {
    const text = Object.hasOwn(annotations, INTERNAL_PREFIX + name)
      ? annotations[INTERNAL_PREFIX + name]
      : undefined;
    return text === undefined ? [] : text.split(',');
  };
  const [formerNames, namespaces, kinds] = [
    list('previousNames'),
    list('previousNamespaces'),
    list('previousKinds'),
  ];
  if (formerNames.length === namespaces.length && formerNames.length === kinds.length) {
    node.recordPreviousIds(
      formerNames.map((name, i) => ({ name, namespace: namespaces[i] ?? '', kind: kinds[i] ?? '' })),
    );
  }
  node.namePrefixes = list('prefixes');
  node.nameSuffixes = list('suffixes');
  node.isFromHelm = annotations[`${INTERNAL_PREFIX}helm-generated`] === 'true';
  node.needsHash = annotations[`${INTERNAL_PREFIX}needsHashSuffix`] === 'enabled';
}
