import { type CertificatePair, issueCertificate } from '@gitops-toolkit/core/certificate';

const HOUR = 3_600_000;

/**
 * Makes a certificate that signs itself, good for a year: for a server that lives as long as a
 * test. Clients trust it by naming it as their authority.
 */
export function selfSignedCertificate(hosts: readonly string[], nowMs: number): CertificatePair {
  const times = { notBefore: nowMs - HOUR, notAfter: nowMs + 365 * 24 * HOUR };
  return issueCertificate({ name: 'envtest', hosts, isAuthority: true, ...times });
}
