/**
 * Writing to git: a commit of changed files on top of a branch. Needs the package `isomorphic-git`.
 *
 * @module
 */
export type { Changes } from './change-tree.ts';
export type { PushAccess } from './http-plugin.ts';
export { type CommitToPush, pushCommit, type PushOptions } from './push-commit.ts';
export type { CommitSigner } from './write-commit.ts';
