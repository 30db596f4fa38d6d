import { createPrivateKey, X509Certificate } from 'node:crypto';

import { getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { HeldCertificates } from './renew.ts';

/** Where certificates are kept for all replicas. */
export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

/** The certificates of a Secret; `undefined` where it does not hold what it should, so that new ones are made. */
export function readSecret(secret: KubeObject): HeldCertificates | undefined {
  const text = (key: string): string => {
    const value = getOwn(secret['data'], key);
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
  };
  const authorities =
    text('ca.crt').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? [];
  const authorityKey = text('ca.key');
  const serving = { cert: text('tls.crt'), key: text('tls.key') };
  try {
    const [newest = ''] = authorities;
    for (const pem of authorities) void new X509Certificate(pem);
    const isWhole = fits(newest, authorityKey) && fits(serving.cert, serving.key);
    return isWhole ? { authorities, authorityKey, serving } : undefined;
  } catch {
    return undefined;
  }
}

const fits = (cert: string, key: string): boolean =>
  new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));

/** The Secret of certificates, in the form that Kubernetes has for them. */
export function writeSecret(
  { namespace, name }: SecretName,
  held: HeldCertificates,
  resourceVersion: string | undefined,
): KubeObject {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name, ...(resourceVersion !== undefined && { resourceVersion }) },
    type: 'kubernetes.io/tls',
    data: {
      'ca.crt': base64(held.authorities.join('')),
      'ca.key': base64(held.authorityKey),
      'tls.crt': base64(held.serving.cert),
      'tls.key': base64(held.serving.key),
    },
  };
}
