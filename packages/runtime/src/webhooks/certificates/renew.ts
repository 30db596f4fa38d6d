import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';

import { type CertificatePair, issueCertificate } from '@gitops-toolkit/core/certificate';

/** The certificates that replicas share. */
export interface HeldCertificates {
  /** In PEM, the newest first: servers trust all of them, so that one can follow another unnoticed. */
  readonly authorities: readonly string[];
  /** The key of the first of them. */
  readonly authorityKey: string;
  readonly serving: CertificatePair;
}

/** What certificates are to be like. */
export interface CertificateWishes {
  readonly hosts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly authorityLifeMs: number;
  readonly servingLifeMs: number;
}

/** Clocks of others may be behind. */
const BACKDATED_MS = 3_600_000;

/**
 * The certificates with those renewed that are due: after two thirds of their life, or where a host is missing. Where
 * nothing is due, the same value.
 *
 * A new authority signs nothing that is served in the step that makes it, unless nothing good is left: it has to be trusted
 * first. The one before stays trusted until it expires.
 */
export function renewed(held: HeldCertificates | undefined, wishes: CertificateWishes): HeldCertificates {
  const { now } = wishes;
  const trusted =
    held?.authorities.filter((pem) => new Date(new X509Certificate(pem).validTo).getTime() > now) ?? [];
  const [newest] = trusted;
  if (!held || newest === undefined || isDue(newest, now)) {
    const authority = newAuthority(wishes);
    const authorities = [authority.cert, ...trusted];
    const isGood = held !== undefined && serves(held.serving.cert, trusted, wishes);
    const serving = isGood ? held.serving : newServing(authority, wishes);
    return { authorities, authorityKey: authority.key, serving };
  }
  const isGood = serves(held.serving.cert, trusted, wishes) && !isDue(held.serving.cert, now);
  if (isGood) return trusted.length === held.authorities.length ? held : { ...held, authorities: trusted };
  const serving = newServing({ cert: newest, key: held.authorityKey }, wishes);
  return { ...held, authorities: trusted, serving };
}

function isDue(pem: string, now: number): boolean {
  const { validFrom, validTo } = new X509Certificate(pem);
  const [from, to] = [new Date(validFrom).getTime(), new Date(validTo).getTime()];
  return now >= from + ((to - from) * 2) / 3;
}

/** Whether a certificate can be served now: not expired, for all hosts, and signed by one that is trusted. */
function serves(pem: string, trusted: readonly string[], { hosts, now }: CertificateWishes): boolean {
  const certificate = new X509Certificate(pem);
  const isFor = (host: string): boolean =>
    (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined;
  return (
    new Date(certificate.validTo).getTime() > now &&
    hosts.every(isFor) &&
    trusted.some((authority) => certificate.verify(new X509Certificate(authority).publicKey))
  );
}

function newAuthority({ authorityLifeMs, now }: CertificateWishes): CertificatePair {
  const times = { notBefore: now - BACKDATED_MS, notAfter: now + authorityLifeMs };
  return issueCertificate({ name: `webhooks ${crypto.randomUUID()}`, isAuthority: true, ...times });
}

function newServing(authority: CertificatePair, wishes: CertificateWishes): CertificatePair {
  const { hosts, now, servingLifeMs } = wishes;
  const { subject, validTo } = new X509Certificate(authority.cert);
  const notAfter = Math.min(now + servingLifeMs, new Date(validTo).getTime());
  const issuer = { name: subject.replace(/^CN=/, ''), key: authority.key };
  return issueCertificate({ name: 'webhooks', hosts, issuer, notBefore: now - BACKDATED_MS, notAfter });
}
