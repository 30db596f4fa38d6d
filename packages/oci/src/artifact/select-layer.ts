import { OciError } from '../errors.ts';
import { type Descriptor, type FetchedManifest, isIndex } from '../model.ts';

/**
 * The layer of an artifact that is wanted: the first of a media type, or the first of all.
 *
 * @throws {@link OciError} `OCI_LAYER_NOT_FOUND`; `OCI_MANIFEST_INVALID` for a list of images
 */
export function selectLayer({ manifest, descriptor }: FetchedManifest, mediaType?: string): Descriptor {
  if (isIndex(manifest)) {
    throw new OciError('OCI_MANIFEST_INVALID', `${descriptor.digest} is a list of images, not an artifact`, {
      hint: 'Name the digest of one of them.',
    });
  }
  const found =
    mediaType === undefined
      ? manifest.layers[0]
      : manifest.layers.find((layer) => layer.mediaType === mediaType);
  if (found) return found;
  const types = [...new Set(manifest.layers.map((layer) => layer.mediaType))].slice(0, 5).join(', ');
  throw new OciError(
    'OCI_LAYER_NOT_FOUND',
    mediaType === undefined
      ? `the artifact ${descriptor.digest} has no layers`
      : `the artifact ${descriptor.digest} has no layer of the type ${mediaType}`,
    types === '' ? {} : { hint: `It has layers of these types: ${types}.` },
  );
}
