import { ToolkitError, type ToolkitErrorOptions } from '@gitops-toolkit/core';

import type { SignatureErrorCode } from './verify/signature-errors.ts';

/** The codes of {@link OciError}; each has a section in `docs/errors/oci.md`. */
export type OciErrorCode = 'OCI_PLACEHOLDER' | SignatureErrorCode;

/** What this package throws. */
export class OciError extends ToolkitError {
  declare readonly code: OciErrorCode;

  constructor(code: OciErrorCode, message: string, options: ToolkitErrorOptions = {}) {
    super(code, message, options);
  }
}
