import { CoreError, type CoreErrorCode } from '../../core-errors.ts';
import { ToolkitError, type ToolkitErrorOptions } from '../../errors.ts';

/** An error on its way to another thread. */
export interface ErrorMessage {
  /** The name of its class. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  /** Where it is a {@link ToolkitError}. */
  readonly code?: string;
  /** The text of the file that `source` names, as far as a code frame shows it. */
  readonly sourceText?: string;
  /** Its other own fields. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause?: ErrorMessage | { readonly value: unknown };
}

/**
 * Makes an error of a class anew. The options hold every field that the error had, so that a class with more than
 * the usual ones takes them from there.
 */
export type ErrorFactory = (
  code: string,
  message: string,
  options: ToolkitErrorOptions & Readonly<Record<string, unknown>>,
) => Error;

/**
 * How to make errors of the classes that a worker throws, by what their codes begin with: `YAML` for `YAML_SYNTAX`.
 * Names of classes would not do: bundlers change them.
 */
export type ErrorClasses = Readonly<Record<string, ErrorFactory>>;

const MAX_CAUSES = 20;
/** Lines kept on each side of the place: more than any code frame shows. */
const FRAME_LINES = 10;
const MAX_LINE = 2000;

/** Everything that an error says, as a value that can be cloned. */
export function encodeError(error: unknown, depth = 0): ErrorMessage {
  const thrown = error instanceof Error ? error : new Error(String(error));
  const { name, message, stack, cause } = thrown;
  const known = thrown instanceof ToolkitError ? thrown : undefined;
  const text = known?.sourceText;
  return {
    name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(known ? { code: known.code } : {}),
    ...(text === undefined ? {} : { sourceText: linesAround(text, known?.source?.line ?? 1) }),
    fields: cloneableFields(thrown),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: encodeCause(cause, depth) }),
  };
}

/** The error again, of the same class where that is known. */
export function decodeError(encoded: ErrorMessage, classes: ErrorClasses = {}): Error {
  const { stack, fields, sourceText, cause } = encoded;
  const options = {
    ...fields,
    ...(sourceText === undefined ? {} : { sourceText }),
    ...(cause ? { cause: 'value' in cause ? cause.value : decodeError(cause, classes) } : {}),
  };
  const { code, message } = encoded;
  const make = code === undefined ? undefined : findFactory(code, classes);
  const error = make ? make(code ?? '', message, options) : makeError(encoded, options);
  if (stack !== undefined) error.stack = stack;
  return error;
}

const coreError: ErrorFactory = (code, message, options) =>
  new CoreError(code as CoreErrorCode, message, options);
const CORE_CLASSES: ErrorClasses = {
  ARCHIVE: coreError,
  DIGEST: coreError,
  DURATION: coreError,
  SEMVER: coreError,
  WORKER: coreError,
};

function findFactory(code: string, classes: ErrorClasses): ErrorFactory | undefined {
  const prefix = code.split('_')[0] ?? '';
  return [classes, CORE_CLASSES].find((known) => Object.hasOwn(known, prefix))?.[prefix];
}

function makeError(encoded: ErrorMessage, options: ToolkitErrorOptions): Error {
  const { name, message, code, fields } = encoded;
  const error =
    code === undefined
      ? new (builtinClass(name))(message, options.cause === undefined ? undefined : { cause: options.cause })
      : new ToolkitError(code, message, options);
  for (const key of Object.keys(fields)) {
    if (Object.hasOwn(error, key)) continue;
    Object.defineProperty(error, key, {
      value: fields[key],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  if (error.name !== name)
    Object.defineProperty(error, 'name', { value: name, configurable: true, writable: true });
  return error;
}

const BUILTIN = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

function builtinClass(name: string): ErrorConstructor {
  return Object.hasOwn(BUILTIN, name) ? BUILTIN[name as keyof typeof BUILTIN] : Error;
}

function encodeCause(cause: unknown, depth: number): ErrorMessage | { readonly value: unknown } {
  if (cause instanceof Error) return encodeError(cause, depth + 1);
  return { value: cloneable(cause) ?? String(cause) };
}

function cloneableFields(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(error)) {
    if (key === 'name' || key === 'cause' || (key === 'code' && error instanceof ToolkitError)) continue;
    const copy = cloneable(value);
    if (copy !== undefined) fields[key] = copy;
  }
  return fields;
}

function cloneable(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}

/** Blank lines in place of those that no frame shows: the numbers of the others stay. */
function linesAround(text: string, line: number): string {
  return text
    .split('\n')
    .slice(0, line + FRAME_LINES)
    .map((content, i) => (i + 1 < line - FRAME_LINES ? '' : content.slice(0, MAX_LINE)))
    .join('\n');
}
