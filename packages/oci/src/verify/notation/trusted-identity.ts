import type { X509Certificate } from 'node:crypto';

import { OciError } from '../../errors.ts';
import { badPolicy } from '../read.ts';
import { oneLine } from './chain.ts';

/** Throws unless the signer's subject has all the attributes of one of the identities, or one is `*`. */
export function checkIdentity(identities: readonly string[], signer: X509Certificate): void {
  if (identities.includes('*')) return;
  const wanted = identities.map((identity) => parseName(identity.slice('x509.subject:'.length)));
  const subject = signer.subject.split('\n');
  // An attribute twice could be read as either.
  const types = subject.map((line) => line.slice(0, line.indexOf('=')));
  const isPlain = new Set(types).size === types.length;
  if (
    isPlain &&
    wanted.some((attributes) =>
      [...attributes].every(([type, value]) => subject.includes(`${type}=${value}`)),
    )
  )
    return;
  throw new OciError(
    'OCI_SIGNATURE_IDENTITY',
    `Signed by ${oneLine(signer.subject)}, which no trusted identity matches`,
  );
}

/** A distinguished name (RFC 4514). C, ST and O are mandatory in a trust policy. */
export function parseName(name: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const part of name.match(/(?:\\.|[^,\\])+/gs) ?? []) {
    const equals = part.indexOf('=');
    const type = part.slice(0, equals).trim().toUpperCase().replace(/^S$/, 'ST');
    if (equals < 1 || attributes.has(type) || /(?<!\\)\+/.test(part))
      throw badPolicy(`The trusted identity ${name} is no distinguished name`);
    attributes.set(
      type,
      part
        .slice(equals + 1)
        .trim()
        .replaceAll(/\\(.)/gs, '$1'),
    );
  }
  for (const type of ['C', 'ST', 'O']) {
    if (!attributes.get(type)) throw badPolicy(`The trusted identity ${name} has no ${type}`);
  }
  return attributes;
}
