import type { ResourceNode } from './resource-node.ts';

const PREFIX = 'internal.config.kubernetes.io/';

/**
 * Takes over what the output of another kustomize, in the form that its plugins see, says of a resource:
 * former ids, prefixes and the like, in annotations.
 */
export function importHistory(node: ResourceNode): void {
  const annotations = node.textMap('annotations');
  const names = Object.keys(annotations).filter((name) => name.startsWith(PREFIX));
  if (names.length === 0) return;
  const list = (name: string): string[] => {
    const text = Object.hasOwn(annotations, PREFIX + name) ? annotations[PREFIX + name] : undefined;
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
  node.isFromHelm = annotations[`${PREFIX}helm-generated`] === 'true';
  node.needsHash = annotations[`${PREFIX}needsHashSuffix`] === 'enabled';
}
