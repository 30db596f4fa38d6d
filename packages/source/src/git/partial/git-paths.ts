/**
 * Which paths of a repository are wanted. The tree has the wanted directories, without what ignore rules leave out:
 * the same files as a whole fetch that is filtered afterwards. Where the server allows it, no other contents come.
 */
export interface GitPaths {
  /**
   * Directories with all that is below them, as `spec.sparseCheckout`. As in git's cone mode, files at the root
   * always come.
   *
   * @default the whole repository
   */
  readonly directories?: readonly string[];
  /** Directories and files that come as well, where they are there; where only these are named, nothing else but the root's files does. */
  readonly optionalPaths?: readonly string[];
  /** As `spec.ignore`: lines of ignore rules, which win over those of the repository. Applies Flux's ignore rules. */
  readonly ignore?: string;
  /**
   * Whether the `.sourceignore` files of the repository have a say. Where neither they nor `ignore` say anything,
   * Flux's defaults apply.
   *
   * @default whether `ignore` is given
   */
  readonly ignoreFiles?: boolean;
}

/** Whether ignore rules have a say in what is wanted. */
export function hasIgnoreRules({ ignore, ignoreFiles }: GitPaths): boolean {
  return ignore !== undefined || ignoreFiles === true;
}
