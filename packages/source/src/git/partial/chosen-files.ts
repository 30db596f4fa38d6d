import type { IgnoreMatcher } from '@gitops-toolkit/core';
import type { TreeFile } from '../list-tree.ts';

/** What of the files of a commit a tree is made of. */
export interface ChosenFiles {
  /** In the wanted directories. */
  readonly files: readonly TreeFile[];
  /** What of them is left out: contents of those have not come. */
  readonly rules?: IgnoreMatcher;
}
