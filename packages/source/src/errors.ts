import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

/** The codes of {@link SourceError}; each has a section in `docs/errors/source.md`. */
export type SourceErrorCode =
  | 'ARTIFACT_CERTIFICATE_INVALID'
  | 'ARTIFACT_DIGEST_MISMATCH'
  | 'ARTIFACT_DOWNLOAD_FAILED'
  | 'ARTIFACT_LIMIT'
  | 'ARTIFACT_NOT_FOUND'
  | 'ARTIFACT_TIMEOUT'
  | 'ARTIFACT_TOKEN_INVALID'
  | 'BUCKET_ACCESS_DENIED'
  | 'BUCKET_ANSWER_INVALID'
  | 'BUCKET_CONNECTION_FAILED'
  | 'BUCKET_DRIVER_MISSING'
  | 'BUCKET_ENDPOINT_INVALID'
  | 'BUCKET_KEY_INVALID'
  | 'BUCKET_LIMIT'
  | 'BUCKET_NOT_FOUND'
  | 'BUCKET_STATUS'
  | 'BUCKET_TIMEOUT'
  | 'GENERATOR_COPY_FAILED'
  | 'GENERATOR_LIMIT'
  | 'GENERATOR_PATTERN_INVALID'
  | 'GIT_AUTHENTICATION_FAILED'
  | 'GIT_COLLISION'
  | 'GIT_CONNECTION_FAILED'
  | 'GIT_EMPTY_REPOSITORY'
  | 'GIT_HOST_KEY_REFUSED'
  | 'GIT_HTTP_STATUS'
  | 'GIT_LFS_FAILED'
  | 'GIT_LIMIT'
  | 'GIT_OBJECT_MISMATCH'
  | 'GIT_PATH_NOT_FOUND'
  | 'GIT_PROTOCOL'
  | 'GIT_PUSH_REJECTED'
  | 'GIT_REDIRECT_REFUSED'
  | 'GIT_REF_INVALID'
  | 'GIT_REF_NOT_FOUND'
  | 'GIT_REMOTE_ERROR'
  | 'GIT_REPOSITORY_INVALID'
  | 'GIT_REPOSITORY_NOT_FOUND'
  | 'GIT_SIGNATURE_INVALID'
  | 'GIT_SIGNATURE_KEYS_INVALID'
  | 'GIT_SIGNATURE_MISSING'
  | 'GIT_SSH_KEY_INVALID'
  | 'GIT_TIMEOUT'
  | 'GIT_TREE_UNSAFE'
  | 'GIT_URL_INVALID'
  | 'GIT_WRITER_MISSING'
  | 'HELM_DOWNLOAD_FAILED'
  | 'HELM_DOWNLOAD_LIMIT'
  | 'HELM_DOWNLOAD_TIMEOUT'
  | 'STORAGE_LOCKED'
  | 'STORAGE_PATH_INVALID'
  | 'STORAGE_READ_FAILED'
  | 'STORAGE_WRITE_FAILED';

/** What fetchers, artifact storage and downloads throw. */
export class SourceError extends ToolkitError {
  declare readonly code: SourceErrorCode;

  constructor(code: SourceErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
