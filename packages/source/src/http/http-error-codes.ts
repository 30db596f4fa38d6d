import type { SourceErrorCode } from '../errors.ts';

/** The codes under which one kind of fetching reports what goes wrong on the way. */
export interface HttpErrorCodes {
  readonly timeout: SourceErrorCode;
  readonly connection: SourceErrorCode;
  readonly limit: SourceErrorCode;
}

export const GIT_HTTP_CODES: HttpErrorCodes = {
  timeout: 'GIT_TIMEOUT',
  connection: 'GIT_CONNECTION_FAILED',
  limit: 'GIT_LIMIT',
};

export const ARTIFACT_HTTP_CODES: HttpErrorCodes = {
  timeout: 'ARTIFACT_TIMEOUT',
  connection: 'ARTIFACT_DOWNLOAD_FAILED',
  limit: 'ARTIFACT_LIMIT',
};
