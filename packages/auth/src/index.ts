/**
 * Cloud identities: from a workload's identity to a token for a registry, a git server, a bucket or a key.
 *
 * The identity is that of the program, which its environment gives, or that of a Kubernetes ServiceAccount, whose
 * annotations name a role, a service account or an application of the cloud that trusts the cluster.
 *
 * @module
 */
export { type AwsOptions, awsCredentials } from './aws/aws-credentials.ts';
export { codeCommitCredentials } from './aws/code-commit.ts';
export type { AwsCredentials } from './aws/credentials.ts';
export {
  awsTimestamp,
  type SignableRequest,
  signature as awsSignature,
  type SignatureScope,
} from './aws/signature.ts';
export { assumeRoleWithLdapIdentity, type LdapIdentity } from './aws/ldap-identity.ts';
export { assumeRoleWithWebIdentity, type WebIdentity } from './aws/web-identity.ts';
export { azureDevOpsCredentials, type AzureOptions, azureToken } from './azure/azure-access.ts';
export { AZURE_SCOPES, type AzureToken } from './azure/azure-token.ts';
export {
  applicationToken,
  type AzureApplication,
  type AzureCertificate,
} from './azure/client-credentials.ts';
export { managedIdentityToken } from './azure/managed-identity.ts';
export { AuthError, type AuthErrorCode } from './errors.ts';
export type { GitCredentials } from './git-credentials.ts';
export { type GitHubApp, gitHubAppCredentials, gitHubAppOf } from './github/app.ts';
export { type GoogleOptions, googleToken } from './google/google-access.ts';
export type { GoogleToken } from './google/google-token.ts';
export {
  parseServiceAccountKey,
  type ServiceAccountKey,
  serviceAccountKeyToken,
} from './google/service-account-key.ts';
export type { GoogleEndpoints } from './google/workload-identity.ts';
export type { IdentityOptions, ServiceAccountIdentity } from './identity-options.ts';
export type { RegistryCredentials } from './registry-credentials.ts';
export { type CloudProvider, cloudOfRegistry, registryLogin } from './registry-login.ts';
export {
  type Expiring,
  type InvolvedObject,
  TokenCache,
  type TokenCacheObserver,
  type TokenCacheOptions,
} from './token-cache.ts';
