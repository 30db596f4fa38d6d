import {
  quoteString,
  type SprigOptions,
  sprigFunctions,
  TemplateError,
  TemplateSet,
} from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';

const MAX_LENGTH = 53;
const NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Checks the name of a release. @throws HelmError `HELM_RELEASE_INVALID` */
export function checkReleaseName(name: string, dialect: Dialect): void {
  if (name !== '' && name.length <= MAX_LENGTH && NAME.test(name)) return;
  const fault =
    name === ''
      ? 'no name provided'
      : `invalid release name, must match regex ${NAME.source} and the length must not be longer than ${MAX_LENGTH}`;
  const prefix = dialect === 'v4' ? 'release name check failed: ' : '';
  throw new HelmError('HELM_RELEASE_INVALID', `${prefix}release name ${quoteString(name)}: ${fault}`, {
    hint: 'A name has lower-case letters, digits, dots and hyphens, 53 at most.',
  });
}

/**
 * The name that a template makes, as with `--name-template`.
 *
 * @throws HelmError `HELM_RELEASE_INVALID`
 *
 * @example
 * ```ts
 * import { releaseNameOf } from '@gitops-toolkit/helm';
 * console.log(releaseNameOf('web-{{ "A" | lower }}')); // web-a
 * ```
 */
export function releaseNameOf(template: string, sprig: SprigOptions = {}): string {
  try {
    const set = new TemplateSet({ functions: sprigFunctions(sprig) });
    return set.parse('name-template', template).execute('name-template', null);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new HelmError('HELM_RELEASE_INVALID', error.message, {
      cause: error,
      hint: 'Correct the template of the name.',
    });
  }
}
