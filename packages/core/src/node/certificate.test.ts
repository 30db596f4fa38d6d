import { X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { issueCertificate } from './certificate.ts';

const times = { notBefore: Date.UTC(2026, 0, 1), notAfter: Date.UTC(2027, 0, 1) };

describe('issueCertificate', () => {
  it('makes an authority, and certificates of servers that it signs', () => {
    const authority = issueCertificate({ name: 'authority', isAuthority: true, ...times });
    const issuer = { name: 'authority', key: authority.key };
    const hosts = ['hooks.web.svc', '127.0.0.1', 'fe80::1'];
    const certificate = new X509Certificate(
      issueCertificate({ name: 'hooks', hosts, issuer, ...times }).cert,
    );
    const signer = new X509Certificate(authority.cert);
    expect(certificate.verify(signer.publicKey)).toBe(true);
    expect(certificate.checkIssued(signer)).toBe(true);
    expect(certificate.checkHost('hooks.web.svc')).toBe('hooks.web.svc');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.subjectAltName).toContain('IP Address:FE80:0:0:0:0:0:0:1');
    expect([signer.ca, certificate.ca]).toEqual([true, false]);
    expect(new Date(certificate.validTo).getTime()).toBe(times.notAfter);
  });

  it('signs itself where nobody else does', () => {
    const own = new X509Certificate(issueCertificate({ name: 'own', ...times }).cert);
    expect(own.verify(own.publicKey)).toBe(true);
    expect(own.issuer).toBe('CN=own');
  });
});
