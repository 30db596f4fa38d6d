import { X509Certificate } from 'node:crypto';

import { describe, expect, it } from 'vitest';

import { type CertificateWishes, renewed } from './renew.ts';

const DAY = 24 * 3_600_000;
const start = Date.UTC(2026, 0, 1);
const wishes = (day: number, more: Partial<CertificateWishes> = {}): CertificateWishes => ({
  hosts: ['hooks.web.svc', '127.0.0.1'],
  now: start + day * DAY,
  authorityLifeMs: 300 * DAY,
  servingLifeMs: 90 * DAY,
  ...more,
});
const signedBy = (cert: string, authority = ''): boolean =>
  new X509Certificate(cert).verify(new X509Certificate(authority).publicKey);

describe('2.9 renewal of certificates', () => {
  it('2.9 makes what is not there', () => {
    const { authorities, serving } = renewed(undefined, wishes(0));
    expect(authorities).toHaveLength(1);
    expect(signedBy(serving.cert, authorities[0])).toBe(true);
    expect(new X509Certificate(serving.cert).checkHost('hooks.web.svc')).toBe('hooks.web.svc');
  });

  it('2.9 leaves what is good', () => {
    const held = renewed(undefined, wishes(0));
    expect(renewed(held, wishes(59))).toBe(held);
  });

  it('2.9 renews the certificate after two thirds of its life, under the same authority', () => {
    const held = renewed(undefined, wishes(0));
    const next = renewed(held, wishes(61));
    expect(next.authorities).toEqual(held.authorities);
    expect(next.serving.cert).not.toBe(held.serving.cert);
  });

  it('2.9 renews the certificate when a host is missing', () => {
    const held = renewed(undefined, wishes(0));
    const next = renewed(held, wishes(1, { hosts: ['other.web.svc'] }));
    expect(new X509Certificate(next.serving.cert).checkHost('other.web.svc')).toBe('other.web.svc');
  });

  it('2.9 trusts a new authority before anything is served that it signs', () => {
    let held = renewed(undefined, wishes(0));
    for (let day = 1; day < 200; day++) held = renewed(held, wishes(day));
    const [first] = held.authorities;
    held = renewed(held, wishes(200));
    expect(held.authorities).toHaveLength(2);
    expect(held.authorities[1]).toBe(first);
    expect(signedBy(held.serving.cert, first)).toBe(true);
  });

  it('2.9 at any time serves a certificate that is valid, and trusted since the step before', () => {
    let held = renewed(undefined, wishes(0));
    let trustedBefore = held.authorities;
    for (let day = 1; day < 2000; day += 5) {
      held = renewed(held, wishes(day));
      const { validFrom, validTo } = new X509Certificate(held.serving.cert);
      const now = start + day * DAY;
      expect(new Date(validFrom).getTime()).toBeLessThan(now);
      expect(new Date(validTo).getTime()).toBeGreaterThan(now);
      expect(trustedBefore.some((authority) => signedBy(held.serving.cert, authority))).toBe(true);
      expect(held.authorities.length).toBeLessThanOrEqual(2);
      trustedBefore = held.authorities;
    }
  });

  it('2.9 begins anew where everything has expired', () => {
    const held = renewed(undefined, wishes(0));
    const next = renewed(held, wishes(400));
    expect(next.authorities).toHaveLength(1);
    expect(signedBy(next.serving.cert, next.authorities[0])).toBe(true);
  });
});
