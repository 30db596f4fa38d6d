import type { ObjectRef } from './object.ts';
import { refString } from './object.ts';
import { codeFrame, locationString, type SourceLocation } from './source-location.ts';

/**
 * What a caller may do about a failure.
 *
 * - `backoff`: the same call may succeed later (a network, a conflict, a dependency);
 * - `terminal`: it will fail again until the input changes.
 */
export type RetryClass = 'backoff' | 'terminal';

/** What a {@link ToolkitError} is made of, beside its code and message. */
export interface ToolkitErrorOptions {
  /** The failure underneath. Its message is not repeated in this error's. */
  readonly cause?: unknown;
  /** The Kubernetes object that the failure is about. */
  readonly object?: ObjectRef;
  /** Where in the user's input the failure is. */
  readonly source?: SourceLocation;
  /** The text of the file that `source` names: makes {@link ToolkitError.frame} possible. */
  readonly sourceText?: string;
  /** One sentence that tells the user what to do. */
  readonly hint?: string;
  /** @default 'terminal' */
  readonly retry?: RetryClass;
  /** The earliest moment for a retry, in milliseconds from now, where a server named one. */
  readonly retryAfterMs?: number;
}

/**
 * The base of every error that crosses a package's edge: a stable `code`, the cause, the object
 * and the source position where they are known, and whether a retry can help.
 *
 * Packages derive one class each and list their codes in their `errors.ts`; `docs/errors/` has a
 * section for every code.
 */
export class ToolkitError extends Error {
  readonly code: string;
  readonly object?: ObjectRef;
  readonly source?: SourceLocation;
  readonly hint?: string;
  readonly retry: RetryClass;
  readonly retryAfterMs?: number;
  readonly #sourceText: string | undefined;

  constructor(code: string, message: string, options: ToolkitErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    // Bundlers put an underscore before the name of a class that speaks of itself.
    this.name = new.target.name.replace(/^_/, '');
    this.code = code;
    if (options.object) this.object = options.object;
    if (options.source) this.source = options.source;
    if (options.hint !== undefined) this.hint = options.hint;
    this.retry = options.retry ?? 'terminal';
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    this.#sourceText = options.sourceText;
  }

  /** The text of the file that `source` names, where it is at hand. */
  get sourceText(): string | undefined {
    return this.#sourceText;
  }

  /** The lines around the failure with a marker under it, or `undefined` where the text is not known. */
  get frame(): string | undefined {
    if (!this.source || this.#sourceText === undefined) return undefined;
    return codeFrame(this.#sourceText, this.source);
  }
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The nearest {@link ToolkitError} in the chain of causes, if there is one. */
export function findToolkitError(error: unknown): ToolkitError | undefined {
  for (let e = error, depth = 0; e instanceof Error && depth < 20; e = e.cause, depth++) {
    if (e instanceof ToolkitError) return e;
  }
  return undefined;
}

/**
 * The whole of an error as text for a person: object, place, message, causes, code frame, hint.
 *
 * @example
 * ```ts
 * import { describeError, ToolkitError } from '@gitops-toolkit/core';
 * const error = new ToolkitError('X', 'no such field', { source: { file: 'a.yaml', line: 3 }, hint: 'Remove it.' });
 * console.log(describeError(error)); // a.yaml:3: no such field\nhint: Remove it.
 * ```
 */
export function describeError(error: unknown): string {
  const lines = [headline(error)];
  let last = lines[0] ?? '';
  for (let e = causeOf(error), depth = 0; e !== undefined && depth < 10; e = causeOf(e), depth++) {
    const text = headline(e);
    if (!last.endsWith(text)) lines.push(`  caused by ${text}`);
    last = text;
  }
  const known = findToolkitError(error);
  const frame = known?.frame;
  if (frame) lines.push(frame);
  if (known?.hint) lines.push(`hint: ${known.hint}`);
  return lines.join('\n');
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function headline(error: unknown): string {
  const message = errorMessage(error);
  if (!(error instanceof ToolkitError)) return message;
  const place = error.source ? `${locationString(error.source)}: ` : '';
  const subject = error.object ? `${refString(error.object)}: ` : '';
  const withPlace = message.startsWith(place) ? message : place + message;
  return withPlace.includes(subject) ? withPlace : subject + withPlace;
}
