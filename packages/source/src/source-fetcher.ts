import type { FileTree, Revision } from '@gitops-toolkit/core';
import type { GitSigners } from './git/signature/git-signers.ts';

/**
 * One interface for every kind of source.
 *
 * `resolve` is cheap: it finds out what a reference points to and moves no content. `fetch` brings
 * the content of what was found, verified.
 */
export interface SourceFetcher<Ref, Found extends Revision = Revision, Options = FetchOptions> {
  resolve(ref: Ref, options?: Options): Promise<Found>;
  fetch(revision: Found, options?: Options): Promise<FetchedTree>;
}

/** What every fetcher takes. */
export interface FetchOptions {
  /** Looked at while waiting for the network and between pieces of work. */
  readonly signal?: AbortSignal;
}

/** The content of a source at a revision. */
export interface FetchedTree {
  readonly tree: FileTree;
  /** As Flux writes it: `main@sha1:<commit>`. */
  readonly revision: string;
  /** The commit that the tree is of, for git sources. */
  readonly commit?: GitCommit;
  /** Who signed it, where that was asked for. */
  readonly signers?: GitSigners;
  /** What was left out or is worth a word to the user; empty for most. */
  readonly warnings: readonly string[];
}

/** What a commit says of itself. */
export interface GitCommit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: GitSignature;
  readonly committer: GitSignature;
  readonly message: string;
  /** The commit's own bytes, which signatures are made over. */
  readonly raw: Uint8Array;
}

/** Who did something, and when. */
export interface GitSignature {
  readonly name: string;
  readonly email: string;
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** Such as `+0200`. */
  readonly timezone: string;
}
