import {
  getOwn,
  isRecord,
  type KubeObject,
  NumberLiteral,
  refOf,
  type Resource,
  setOwn,
} from '@gitops-toolkit/core';
import { emit, parseDocuments, YamlError } from '@gitops-toolkit/yaml';
import { KustomizeError } from '../errors.ts';
import { cutCharacterIn } from './bytes.ts';
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
  const names = Object.keys(variables);
  if (names.length === 0 && strategy === 'WithVariables') return [...resources];
  const values = new Map(names.map((name) => [name, String(variables[name]).replaceAll('\n', '')]));
  const lookUp: LookUpVariable = (name) => values.get(name) ?? (strict ? undefined : '');
  return resources.map((resource) => {
    if (isOptedOut(resource.object)) return resource;
    requireNames(names);
    if (!mayChange(resource.object)) return resource;
    return { ...resource, object: substituteObject(resource, lookUp) };
  });
}

function requireNames(names: readonly string[]): void {
  const wrong = names.find((name) => !NAME.test(name));
  if (wrong === undefined) return;
  throw new KustomizeError(
    'KUSTOMIZE_SUBSTITUTION',
    `envsubst error: '${wrong}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'`,
    {
      hint: 'Names are made of letters, digits and underscores. One wrong name fails the whole substitution.',
    },
  );
}

function isOptedOut(object: KubeObject): boolean {
  return [object.metadata?.labels, object.metadata?.annotations].some(
    (map) => getOwn(map, OPT_OUT) === 'disabled',
  );
}

/** Whether there is a dollar sign anywhere, or a long number: most objects need not be printed and read again. */
function mayChange(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('$');
  if (Array.isArray(value)) return value.some(mayChange);
  if (value instanceof NumberLiteral) return true;
  return isRecord(value) && Object.keys(value).some((key) => key.includes('$') || mayChange(value[key]));
}

/** Flux reads the result from JSON, where every number is a float of 64 bits. */
function throughFloats(value: unknown): unknown {
  if (value instanceof NumberLiteral) return Number(value.json);
  if (Array.isArray(value)) return value.map(throughFloats);
  if (isRecord(value)) for (const key of Object.keys(value)) setOwn(value, key, throughFloats(value[key]));
  return value;
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
  const cut = cutCharacterIn(expanded);
  if (cut !== undefined) {
    throw fail(
      `YAMLToJSON: yaml: ${cut}`,
      undefined,
      'Positions count bytes. Do not cut a character in two.',
    );
  }
  try {
    const value = parseDocuments(expanded, { dialect: 'yaml11' })[0]?.value;
    if (isRecord(value)) return throughFloats(value) as KubeObject;
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
