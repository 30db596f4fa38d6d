export { type CosignKey, createCosignKey } from './cosign-key.ts';
export type { RepositoryContents, StoredManifest } from './contents.ts';
export { type OciRegistry, type OciRegistryOptions, startOciRegistry } from './start-oci-registry.ts';
export type { RegistryUser } from './token-service.ts';
