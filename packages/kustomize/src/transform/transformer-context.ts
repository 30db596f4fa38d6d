import type { Place } from '../errors.ts';
import type { Loader } from '../load/loader.ts';

/** Where a transformer or generator was configured. */
export interface TransformerContext {
  /** Reads the files that it names. */
  readonly loader: Loader;
  /** The file that configures it, for errors. */
  readonly file: string;
  /** Where its entry in that file is, or a part of the entry: `place('files', 2)`. Looked up on each call. */
  readonly place: (...within: readonly (string | number)[]) => Place;
}
