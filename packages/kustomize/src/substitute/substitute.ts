import type { Resource } from '@gitops-toolkit/core';

/** How {@link substitute} treats variables. */
export interface SubstituteOptions {
  /** A variable without a value and without a default fails, where it is otherwise empty. @default true */
  readonly strict?: boolean;
  /** `WithVariables`: nothing happens where no variable is given at all; `Always`: expressions are evaluated anyway. @default 'WithVariables' */
  readonly strategy?: 'WithVariables' | 'Always';
}
export declare function substitute(
  resources: readonly Resource[],
  variables: Readonly<Record<string, string>>,
  options?: SubstituteOptions,
): Resource[];
