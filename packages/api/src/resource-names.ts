import { ApiError } from './errors.ts';

/** The names under which a resource is served. */
interface ResourceNames {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
}

const LABEL = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/;
const KIND = /^[A-Z][A-Za-z0-9]{0,62}$/;

/**
 * Refuses names that an API server would refuse.
 *
 * @throws ApiError `API_INVALID_NAME`
 */
export function checkNames(names: ResourceNames): void {
  check('group', names.group, DOMAIN, 'a domain of at least two lower-case labels, such as web.example.com');
  check('version', names.version, LABEL, 'a lower-case label, such as v1 or v1beta1');
  check('kind', names.kind, KIND, 'letters and digits that begin with a capital');
  check('plural', names.plural, LABEL, 'a lower-case label');
  for (const name of names.shortNames) check('shortNames', name, LABEL, 'lower-case labels');
}

function check(field: string, value: string, pattern: RegExp, wanted: string): void {
  if (pattern.test(value)) return;
  throw new ApiError('API_INVALID_NAME', `${field} ${JSON.stringify(value)} of a resource is not valid`, {
    hint: `It has to be ${wanted}.`,
  });
}
