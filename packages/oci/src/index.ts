/**
 * OCI registries: what they hold, by tag and by digest.
 *
 * @module
 */
export { OciError, type OciErrorCode } from './errors.ts';
