import type { Dialect } from '../dialect.ts';

/** How dependencies are processed. */
export interface DependencyOptions {
  readonly dialect: Dialect;
  readonly warn?: (message: string) => void;
}
