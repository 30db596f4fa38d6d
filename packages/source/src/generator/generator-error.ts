import { SourceError } from '../errors.ts';

/** What is copied is not there, or does not fit where it goes: the next revision of a source may heal it. */
export function copyFailed(message: string, cause?: unknown): SourceError {
  return new SourceError('GENERATOR_COPY_FAILED', message, {
    retry: 'backoff',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A pattern, or a template, that nothing but a change of the object can put right. */
export function patternInvalid(message: string, hint?: string): SourceError {
  return new SourceError('GENERATOR_PATTERN_INVALID', message, hint === undefined ? {} : { hint });
}

/** More than is made of one object. */
export function limitReached(message: string): SourceError {
  return new SourceError('GENERATOR_LIMIT', message, { hint: 'Copy less, or into several artifacts.' });
}
