/**
 * Artifacts of OCI registries as sources.
 *
 * @module
 */
export {
  type FetchedLayer,
  OciFetcher,
  type OciFetchOptions,
  type OciRevision,
  type OciSource,
} from './oci-fetcher.ts';
export { type OciSigner, type OciVerification } from './verification.ts';
