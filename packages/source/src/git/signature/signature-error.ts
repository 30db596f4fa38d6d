import { SourceError } from '../../errors.ts';

/** The error for an object that is not signed, or not by who may. */
export function notSigned(words: string, hint?: string): SourceError {
  return new SourceError('GIT_SIGNATURE_MISSING', words, {
    // The next commit may be signed.
    retry: 'backoff',
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The error for a signature that proves nothing. */
export function badSignature(
  words: string,
  options: { readonly hint?: string; readonly cause?: unknown } = {},
): SourceError {
  return new SourceError('GIT_SIGNATURE_INVALID', words, { retry: 'backoff', ...options });
}

/** The error for keys that cannot be used. */
export function badKeys(words: string, hint?: string): SourceError {
  return new SourceError('GIT_SIGNATURE_KEYS_INVALID', words, hint === undefined ? {} : { hint });
}
