/**
 * Cloud identities: from a workload's identity to a token for a registry, a git server, a bucket or a key.
 *
 * @module
 */
export { AuthError, type AuthErrorCode } from './errors.ts';
