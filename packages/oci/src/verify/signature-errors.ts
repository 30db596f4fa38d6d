/** The codes of {@link OciError} that verification of signatures throws; each has a section in `docs/errors/oci.md`. */
export type SignatureErrorCode =
  | 'OCI_SIGNATURE_IDENTITY'
  | 'OCI_SIGNATURE_INVALID'
  | 'OCI_SIGNATURE_LIMIT'
  | 'OCI_SIGNATURE_LOOKUP_FAILED'
  | 'OCI_SIGNATURE_MISSING'
  | 'OCI_SIGNATURE_POLICY'
  | 'OCI_SIGNATURE_REVOCATION';
