/**
 * Provenance files: what `helm package --sign` writes and `helm verify` reads. Loads `openpgp` with the first call.
 *
 * @module
 */
export type { Keyring } from './keyring.ts';
export { signPackage, type SignPackageInput } from './sign-package.ts';
export { type Verification, verifyProvenance, type VerifyProvenanceInput } from './verify-provenance.ts';
