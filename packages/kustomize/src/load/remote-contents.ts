import type { FileTree } from '@gitops-toolkit/core';

/**
 * What remote URLs hold: a tree for a git repository (its root, not the sub-directory the URL names), bytes
 * for a file. Keys are URLs as they are written in a kustomization.
 */
export type RemoteContents = ReadonlyMap<string, FileTree | Uint8Array>;
