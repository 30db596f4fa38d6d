import type { Clock, Logger } from '@gitops-toolkit/core';
import type { CertificatePair } from '@gitops-toolkit/core/certificate';

/** What a source of certificates works with. */
export interface CertificateEnvironment {
  readonly logger: Logger;
  readonly clock: Clock;
  /** Gets every pair that takes the place of the one before. */
  readonly onChange: (pair: CertificatePair) => void;
  /** Told of every attempt to read certificates. */
  readonly onRead: (ok: boolean) => void;
}

/** A source that is in use, until it is disposed. */
export interface OpenCertificates extends AsyncDisposable {
  /** The certificate, with those between it and the authority behind it, and its key. */
  readonly pair: CertificatePair;
}

/** Where the certificate of a server comes from, and what takes its place in time. */
export interface CertificateSource {
  /** Gets the first certificate; rejects where there is none to be had. */
  open(environment: CertificateEnvironment): Promise<OpenCertificates>;
}
