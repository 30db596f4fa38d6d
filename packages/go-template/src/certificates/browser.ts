import { FunctionError } from '../errors.ts';
import type { CertificateMaker } from './authority.ts';

function unavailable(): never {
  throw new FunctionError('certificates and keys can be made in Node alone: pass a `certificates` option');
}

/** Where there is no `node:crypto`, keys and certificates come from the caller or not at all. */
export function platformCertificates(): CertificateMaker {
  return {
    generateKey: unavailable,
    checkKey: unavailable,
    checkCertificate: unavailable,
    sign: unavailable,
  };
}
