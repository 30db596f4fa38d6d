/**
 * Signatures of OCI artifacts: by cosign and by Notation.
 *
 * - {@link verifyCosign}: keys, or certificates of a trusted root (keyless).
 * - {@link checkTrustedRoot}: whether a root can be used, before the first signature comes.
 * - {@link verifyNotation}: a trust policy and its certificates.
 * - {@link SignatureSource}: what both ask of a registry.
 *
 * @module
 */
export type {
  CosignFormat,
  CosignIdentity,
  CosignKeyless,
  CosignOptions,
  CosignResult,
} from './cosign/options.ts';
export { checkTrustedRoot } from './cosign/trusted-root.ts';
export { verifyCosign } from './cosign/verify-cosign.ts';
export type { SignatureLimits } from './limits.ts';
export type { NotationCheck, NotationOptions, NotationResult, NotationWarning } from './notation/options.ts';
export { verifyNotation } from './notation/verify-notation.ts';
export type { SignatureErrorCode } from './signature-errors.ts';
export type { SignatureDescriptor, SignatureManifest, SignatureSource } from './signature-source.ts';
