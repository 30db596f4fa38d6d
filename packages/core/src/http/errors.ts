import { ToolkitError, type ToolkitErrorOptions } from '../errors.ts';

/** The codes of {@link HttpError}; each has a section in `docs/errors/core.md`. */
export type HttpErrorCode =
  | 'HTTP_ADDRESS_REFUSED'
  | 'HTTP_CONNECTION_FAILED'
  | 'HTTP_ENCODING_INVALID'
  | 'HTTP_LIMIT'
  | 'HTTP_PROXY_FAILED'
  | 'HTTP_PROXY_INVALID'
  | 'HTTP_REDIRECT_REFUSED'
  | 'HTTP_TIMEOUT'
  | 'HTTP_URL_INVALID';

/** What an exchange fails with before there is an answer, or while its body comes. A status is no error. */
export class HttpError extends ToolkitError {
  declare readonly code: HttpErrorCode;

  constructor(code: HttpErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
