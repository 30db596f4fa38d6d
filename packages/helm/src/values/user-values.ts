import { decodeJson, type GoMap, isGoMap } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { mergeMaps, readValues, ValuesFault } from './read-values.ts';
import { type SetKind, type SetOptions, SetSyntaxError, setValues } from './set-syntax.ts';

/** What a user gives for a chart's values. What comes later counts for more. */
export interface ValuesInput {
  /** Files of values, as with `-f`. */
  readonly files?: readonly ValuesFile[];
  /** As with `--set-json`: `key=JSON`, or a whole object with Helm 4. */
  readonly setJson?: readonly string[];
  /** As with `--set`: `a.b=1,c={x,y}`. */
  readonly set?: readonly string[];
  /** As with `--set-string`. */
  readonly setString?: readonly string[];
  /** As with `--set-file`: `key=path`. */
  readonly setFile?: readonly string[];
  /** As with `--set-literal`: `key=text`. */
  readonly setLiteral?: readonly string[];
  /** The content of a file that `setFile` names. It decides what may be read. */
  readonly readFile?: (path: string) => string;
}

/** A file of values. */
export interface ValuesFile {
  /** What errors call it. */
  readonly name: string;
  readonly text: string;
}

/**
 * The values that a user gives, put together in Helm's order: files, then the flags by their kind.
 *
 * @throws HelmError `HELM_VALUES_INVALID`; what `readFile` throws.
 *
 * @example
 * ```ts
 * import { userValues } from '@gitops-toolkit/helm';
 * console.log(userValues({ files: [{ name: 'a.yaml', text: 'replicas: 1' }], set: ['replicas=2'] }, 'v4'));
 * ```
 */
export function userValues(input: ValuesInput, dialect: Dialect): GoMap {
  let values = Object.create(null) as GoMap;
  for (const file of input.files ?? []) values = mergeMaps(values, readFile(file, dialect));
  for (const text of input.setJson ?? []) values = setJson(values, text, dialect);
  const set = (
    kind: SetKind,
    flag: string,
    texts: readonly string[] = [],
    options: SetOptions = {},
  ): void => {
    for (const text of texts) {
      apply(`failed parsing ${flag} data: `, () => setValues(values, text, { ...options, kind, dialect }));
    }
  };
  set('set', '--set', input.set);
  set('string', '--set-string', input.setString);
  set('file', '--set-file', input.setFile, input.readFile && { readFile: input.readFile });
  set('literal', '--set-literal', input.setLiteral);
  inputs.set(values, input);
  return values;
}

const inputs = new WeakMap<GoMap, ValuesInput>();

/** What values of {@link userValues} were made of, for those who ask where one comes from. */
export function inputOf(values: GoMap): ValuesInput | undefined {
  return inputs.get(values);
}

function readFile({ name, text }: ValuesFile, dialect: Dialect): GoMap {
  try {
    return readValues(text, dialect, name);
  } catch (error) {
    if (!(error instanceof ValuesFault)) throw error;
    throw new HelmError('HELM_VALUES_INVALID', `failed to parse ${name}: ${error.message}`, {
      cause: error,
      source: { file: name },
      hint: 'A file of values is a YAML map.',
    });
  }
}

function apply(prefix: string, set: () => unknown): void {
  try {
    set();
  } catch (error) {
    if (!(error instanceof SetSyntaxError)) throw error;
    throw new HelmError('HELM_VALUES_INVALID', prefix + error.message, {
      cause: error,
      hint: 'Write key=value pairs with commas between; a backslash takes the meaning from a character.',
    });
  }
}

function setJson(values: GoMap, text: string, dialect: Dialect): GoMap {
  const isObject = dialect === 'v4' && text.trim().startsWith('{');
  try {
    if (!isObject) return setValues(values, text, { kind: 'json', dialect });
    const object = decodeJson(text.trim());
    if (isGoMap(object)) return mergeMaps(values, object);
    throw new SetSyntaxError('no object');
  } catch (cause) {
    const what = isObject ? 'data JSON:' : 'data';
    throw new HelmError('HELM_VALUES_INVALID', `failed parsing --set-json ${what} ${text}`, {
      cause,
      hint: 'Write key=JSON, such as image={"tag":"1.2"}.',
    });
  }
}
