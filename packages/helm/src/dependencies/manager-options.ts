import type { Dialect } from '../dialect.ts';
import type { ChartFetch } from '../repository/chart-fetch.ts';
import type { ChartVerifier } from '../repository/fetch-package.ts';
import type { IndexCache } from '../repository/index-cache.ts';
import type { IndexLimits } from '../repository/read-index.ts';
import type { NamedRepository } from './repository-table.ts';

/** How the dependencies of a chart are fetched. */
export interface FetchDependenciesOptions {
  /** The folder of the chart in the tree. `file://` leads to other folders of the tree. @default the root */
  readonly path?: string;
  /** Whose words errors have. @default 'v4' */
  readonly dialect?: Dialect;
  /** Needed as far as there are dependencies that are not in the tree. */
  readonly fetch?: ChartFetch;
  /** The repositories that `@name` and `alias:name` stand for. */
  readonly repositories?: readonly NamedRepository[];
  /**
   * Refuse repositories that are not among `repositories` when charts are fetched by the lock file, as `helm dependency
   * build` does. @default false
   */
  readonly onlyKnownRepositories?: boolean;
  /** What a new lock file says that it was made at, and what packages of `file://` charts are dated. @default now, and 1970 */
  readonly time?: Date;
  /** Asked about each fetched package: `--verify`. */
  readonly verify?: ChartVerifier;
  readonly limits?: IndexLimits;
  /** Bytes of a package. @default 10 MiB */
  readonly maxChartBytes?: number;
  /** Dependencies of a chart. @default 1000 */
  readonly maxDependencies?: number;
  /** Indexes that were read before. */
  readonly cache?: IndexCache;
  /** Told of what Helm warns of. */
  readonly warn?: (message: string) => void;
  readonly signal?: AbortSignal;
}
