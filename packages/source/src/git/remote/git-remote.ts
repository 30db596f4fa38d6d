import type { PackAllowance } from '../pack/pack-allowance.ts';
import type { ObjectFormat, ObjectStore } from '../object-format.ts';

/** What a reference points to. */
export interface RemoteRef {
  readonly id: string;
  /** What an annotated tag stands for in the end. */
  readonly peeled?: string;
  /** The reference that a symbolic one, such as `HEAD`, names. */
  readonly target?: string;
}

/** The references that were asked for, or more of them. */
export interface RefList {
  readonly format: ObjectFormat;
  readonly refs: ReadonlyMap<string, RemoteRef>;
  /** How many were left out for a name that git forbids. */
  readonly ignored: number;
  /** The branch that `HEAD` names in a repository where it does not exist yet. */
  readonly unborn?: string;
}

/**
 * What may be left out, to be asked for afterwards by id: `blob:none` for contents, `tree:0` for all but commits, and both
 * contents and all but some levels of folders. As `git rev-list --filter` has it.
 */
export type ObjectFilter = 'blob:none' | 'tree:0' | `combine:blob:none+tree:${number}`;

/** Which objects are to come. */
export interface ObjectRequest {
  readonly wants: readonly string[];
  /** How many commits back; absent for all of history. */
  readonly depth?: number;
  /** Where the server can. More may come than was asked for. */
  readonly filter?: ObjectFilter;
  /** Counts this request with others towards the limits. */
  readonly allowance?: PackAllowance;
}

/** A repository somewhere: over HTTP, or in a folder. */
export interface GitRemote {
  /** @param prefixes Only references that begin with one of these need to come. */
  listRefs(prefixes: readonly string[], signal?: AbortSignal): Promise<RefList>;
  fetchObjects(request: ObjectRequest, signal?: AbortSignal): Promise<ObjectStore>;
}
