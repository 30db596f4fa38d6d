import type { Loader } from '../load/loader.ts';

/** Where a transformer or generator was configured. */
export interface TransformerContext {
  /** Reads the files that it names. */
  readonly loader: Loader;
  /** The file that configures it, for errors. */
  readonly file: string;
  /** The line of its entry in that file, where it is known. */
  readonly line?: number;
}
