/** The groups of resources that every kind of the toolkit belongs to: `kubectl get all`, `kubectl get fluxcd`. */
export const categories: readonly string[] = ['all', 'fluxcd'];

/** A Kustomization that applies the CRDs must not take `${…}` in them for its own variables. */
export const crdAnnotations: Readonly<Record<string, string>> = {
  'kustomize.toolkit.fluxcd.io/substitute': 'disabled',
};
