import { fetchIndex } from '../repository/repository-client.ts';
import type { RepositoryIndex } from '../repository/repository-index.ts';
import type { FetchDependenciesOptions } from './manager-options.ts';

/** Reads the index of each repository once. */
export class IndexReader {
  readonly #options: FetchDependenciesOptions;
  readonly #indexes = new Map<string, Promise<RepositoryIndex>>();

  constructor(options: FetchDependenciesOptions) {
    this.#options = options;
  }

  /** @throws HelmError as `fetchIndex` does */
  read(repository: string): Promise<RepositoryIndex> {
    const known = this.#indexes.get(repository);
    if (known) return known;
    const { fetch = {}, ...options } = this.#options;
    const reading = fetchIndex(repository, { ...options, fetch });
    this.#indexes.set(repository, reading);
    return reading;
  }
}
