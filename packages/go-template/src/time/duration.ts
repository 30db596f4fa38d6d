import { CoreError, parseNanoseconds } from '@gitops-toolkit/core';
import { FunctionError } from '../errors.ts';

/**
 * Nanoseconds of a duration such as `-1.5h`, as Go's `time.ParseDuration` reads it.
 *
 * @throws FunctionError with Go's message.
 */
export function parseGoDuration(text: string): bigint {
  try {
    return parseNanoseconds(text);
  } catch (error) {
    if (error instanceof CoreError) throw new FunctionError(error.message, { cause: error });
    throw error;
  }
}
