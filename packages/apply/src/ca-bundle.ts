import { X509Certificate } from 'node:crypto';
import { getOwn, isRecord, type KubeObject } from '@gitops-toolkit/core';

const PATH = ['spec', 'conversion', 'webhook', 'clientConfig'] as const;

/**
 * A CRD without the bundle of its conversion webhook, where that is a placeholder for others to
 * fill: the API server refuses a bundle that holds no certificate.
 */
export function withoutInvalidCaBundle(crd: KubeObject): KubeObject {
  const config = PATH.reduce<unknown>(getOwn, crd);
  const bundle = getOwn(config, 'caBundle');
  if (typeof bundle !== 'string' || bundle === '' || isBundle(bundle)) return crd;
  return withoutBundle(crd, PATH) as KubeObject;
}

function withoutBundle(value: unknown, path: readonly string[]): unknown {
  if (!isRecord(value)) return value;
  const [key, ...rest] = path;
  if (key !== undefined) return { ...value, [key]: withoutBundle(value[key], rest) };
  const { caBundle: _dropped, ...config } = value;
  return config;
}

function isBundle(base64: string): boolean {
  const pem = Buffer.from(base64, 'base64').toString('utf8');
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.length > 0 && blocks.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
