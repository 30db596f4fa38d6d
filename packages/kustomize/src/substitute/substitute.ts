import { getOwn, isRecord, type KubeObject, refOf, type Resource } from '@gitops-toolkit/core';
import { emit, parseDocuments, YamlError } from '@gitops-toolkit/yaml';
import { KustomizeError } from '../errors.ts';
import { expandText, type LookUpVariable } from './expand.ts';

/** How {@link substitute} treats variables. */
export interface SubstituteOptions {
  /**
   * Whether a variable that has neither a value nor a default fails; else it is blank. Flux's default since
   * 2.9. @default true
   */
  readonly strict?: boolean;
  /**
   * `WithVariables`: nothing happens where no variable is given at all; `Always`: expressions are evaluated
   * even then. @default 'WithVariables'
   */
  readonly strategy?: 'WithVariables' | 'Always';
}

const OPT_OUT = 'kustomize.toolkit.fluxcd.io/substitute';
const NAME = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

/**
 * Flux's post-build substitution: replaces `${name}` in resources, with defaults (`${name:=default}`) and
 * the other operators of its `envsubst`. `$${name}` stays as `${name}`.
 *
 * Substitution works on an object's YAML text, as in Flux: a value can change the type of a field (a
 * number where the text was not quoted), and even its structure. Line breaks are removed from values.
 * Objects with the label or annotation `kustomize.toolkit.fluxcd.io/substitute: disabled` are left alone.
 *
 * @returns The resources in the same order; those that nothing was replaced in are the same objects.
 * @throws KustomizeError KUSTOMIZE_SUBSTITUTION for a name that is none, an expression that cannot be
 *   read, a variable without value in strict mode, or a result that is no YAML.
 *
 * @example
 * ```ts
 * import { substitute } from '@gitops-toolkit/kustomize';
 * const web = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { port: '${port:=80}' } };
 * substitute([{ object: web }], { port: '8080' })[0]?.object['spec']; // { port: 8080 }
 * ```
 */
export function substitute(
  resources: readonly Resource[],
  variables: Readonly<Record<string, string>>,
  options: SubstituteOptions = {},
): Resource[] {
  const { strict = true, strategy = 'WithVariables' } = options;
  const values = readVariables(variables);
  if (values.size === 0 && strategy === 'WithVariables') return [...resources];
  const lookUp: LookUpVariable = (name) => values.get(name) ?? (strict ? undefined : '');
  return resources.map((resource) => {
    if (isOptedOut(resource.object) || !mentionsVariable(resource.object)) return resource;
    return { ...resource, object: substituteObject(resource, lookUp) };
  });
}

function readVariables(variables: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const name of Object.keys(variables)) {
    if (!NAME.test(name)) {
      throw new KustomizeError(
        'KUSTOMIZE_SUBSTITUTION',
        `'${name}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
        {
          hint: 'Names are made of letters, digits and underscores. One wrong name fails the whole substitution.',
        },
      );
    }
    values.set(name, String(variables[name]).replaceAll('\n', ''));
  }
  return values;
}

function isOptedOut(object: KubeObject): boolean {
  return [object.metadata?.labels, object.metadata?.annotations].some(
    (map) => getOwn(map, OPT_OUT) === 'disabled',
  );
}

/** Whether there is a dollar sign anywhere: most objects need not be printed and read again. */
function mentionsVariable(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('$');
  if (Array.isArray(value)) return value.some(mentionsVariable);
  return (
    isRecord(value) && Object.keys(value).some((key) => key.includes('$') || mentionsVariable(value[key]))
  );
}

function substituteObject(resource: Resource, lookUp: LookUpVariable): KubeObject {
  const fail = (message: string, cause: unknown, hint?: string): KustomizeError =>
    new KustomizeError('KUSTOMIZE_SUBSTITUTION', `envsubst error: ${message}`, {
      cause,
      object: refOf(resource.object),
      ...(resource.origin ? { source: resource.origin } : {}),
      ...(hint === undefined ? {} : { hint }),
    });
  const text = emit(resource.object);
  let expanded: string;
  try {
    expanded = expandText(text, lookUp);
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    throw fail(`variable substitution failed: ${error.summary}`, error, error.hint);
  }
  if (expanded === text) return resource.object;
  try {
    const value = parseDocuments(expanded, { dialect: 'yaml11' })[0]?.value;
    if (isRecord(value)) return value as KubeObject;
    throw fail('the result is no object', undefined, 'A value has replaced the structure of the object.');
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw fail(
      `YAMLToJSON: ${error.goMessage}`,
      error,
      'Quote the expression, so that its value cannot break the YAML.',
    );
  }
}
