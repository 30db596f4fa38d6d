/** The API group of sources. */
export const SOURCE_GROUP = 'source.toolkit.fluxcd.io';

/** The API group of Kustomizations. */
export const KUSTOMIZE_GROUP = 'kustomize.toolkit.fluxcd.io';

/** The API group of what makes sources of sources. */
export const SOURCE_EXTENSIONS_GROUP = 'source.extensions.fluxcd.io';
