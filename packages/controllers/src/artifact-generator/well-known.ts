import type { ArtifactGenerator } from '@gitops-toolkit/api';

/** Keeps a generator until its artifacts are gone. */
export const FINALIZER = 'source.extensions.fluxcd.io/finalizer';

/** The label of an ExternalArtifact with the uid of its generator. */
export const GENERATOR_LABEL = 'source.extensions.fluxcd.io/generator';

/** The annotation that suspends a generator, by the value `disabled`. */
export const RECONCILE_ANNOTATION = 'source.extensions.fluxcd.io/reconcile';

/** Where the metadata of an artifact tells what its source was made from. */
export const ORIGIN_REVISION = 'org.opencontainers.image.revision';

/** Whether somebody wants the generator to be left alone. */
export function isDisabled({ metadata }: ArtifactGenerator): boolean {
  return metadata.annotations?.[RECONCILE_ANNOTATION]?.toLowerCase() === 'disabled';
}
