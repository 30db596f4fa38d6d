import type { ChartDependency } from '../chart/metadata.ts';
import { HelmError } from '../errors.ts';
import { isSameRepository } from '../repository/chart-url.ts';

/** A repository under the name that charts may call it by: `@stable` or `alias:stable`. */
export interface NamedRepository {
  readonly name: string;
  readonly url: string;
}

const NOTE = `
Note that repositories must be URLs or aliases. For example, to refer to the "example"
repository, use "https://charts.example.com/" or "@example" instead of
"example". Don't forget to add the repo, too ('helm repo add').`;

/**
 * Dependencies with the addresses of their repositories in the place of names.
 *
 * @throws HelmError `HELM_DEPENDENCY_MISSING` for names that the table does not have.
 */
export function withAddresses(
  dependencies: readonly ChartDependency[],
  repositories: readonly NamedRepository[],
): ChartDependency[] {
  const missing: string[] = [];
  const resolved = dependencies.map((dependency) => {
    const { repository = '' } = dependency;
    const named = repositories.find(
      ({ name }) => repository === `@${name}` || repository === `alias:${name}`,
    );
    if (named) return { ...dependency, repository: named.url };
    if (repository !== '' && !isAddress(repository)) missing.push(repository);
    return dependency;
  });
  if (missing.length > 0) throw unknownNames(missing);
  return resolved;
}

/**
 * Checks that all HTTP repositories are in the table, as `helm dependency build` does.
 *
 * @throws HelmError `HELM_DEPENDENCY_MISSING`
 */
export function checkKnown(
  dependencies: readonly ChartDependency[],
  repositories: readonly NamedRepository[],
): void {
  const unknown = dependencies
    .map(({ repository = '' }) => repository)
    .filter((url) => url !== '' && !/^(file|oci):\/\//.test(url))
    .filter((url) => !repositories.some((each) => isSameRepository(each.url, url)));
  if (unknown.length === 0) return;
  throw new HelmError('HELM_DEPENDENCY_MISSING', `no repository definition for ${unknown.join(', ')}`, {
    source: { file: 'Chart.lock' },
    hint: 'Pass the repositories as repositories, or leave out onlyKnownRepositories.',
  });
}

function isAddress(repository: string): boolean {
  return /^[A-Za-z][\w+.-]*:\/\//.test(repository) || repository.startsWith('/');
}

function unknownNames(names: readonly string[]): HelmError {
  const isBare = names.some((name) => !/^@|^alias:|\/\//.test(name));
  const words = `no repository definition for ${names.join(', ')}. Please add them via 'helm repo add'`;
  return new HelmError('HELM_DEPENDENCY_MISSING', isBare ? words + NOTE : words, {
    source: { file: 'Chart.yaml' },
    hint: 'Pass the repositories with their names and addresses as repositories.',
  });
}
