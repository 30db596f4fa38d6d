import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

import type { SignatureErrorCode } from './verify/signature-errors.ts';

/** The codes of {@link OciError}; each has a section in `docs/errors/oci.md`. */
export type OciErrorCode =
  | 'OCI_ANSWER_INVALID'
  | 'OCI_AUTHENTICATION_FAILED'
  | 'OCI_CONNECTION_FAILED'
  | 'OCI_CREDENTIALS_INVALID'
  | 'OCI_DIGEST_MISMATCH'
  | 'OCI_FILTER_INVALID'
  | 'OCI_LAYER_NOT_FOUND'
  | 'OCI_LIMIT'
  | 'OCI_MANIFEST_INVALID'
  | 'OCI_NOT_FOUND'
  | 'OCI_REALM_REFUSED'
  | 'OCI_REFERENCE_INVALID'
  | 'OCI_STATUS'
  | 'OCI_TIMEOUT'
  | SignatureErrorCode;

/** What talking to a registry fails with. No message holds a credential. */
export class OciError extends ToolkitError {
  declare readonly code: OciErrorCode;

  constructor(code: OciErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
