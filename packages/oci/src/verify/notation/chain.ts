import type { X509Certificate } from 'node:crypto';

import { invalid } from '../read.ts';
import { extensionsOf, hasBit } from './certificate-extensions.ts';

const KEY_USAGE = '551d0f';
const CRL_POINTS = '551d1f';
const DIGITAL_SIGNATURE = 0;
const CERTIFICATE_SIGN = 5;
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
/** Any, serverAuth, emailProtection, timeStamping: no signer's certificate has them beside codeSigning. */
const OTHER_USES = ['2.5.29.37.0', '1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.8'];

/** Throws unless each certificate signed the one before it and may do so (Notation's signature-specification, "certificate requirements"). */
export function checkChain(chain: readonly X509Certificate[]): void {
  const [leaf, ...authorities] = chain;
  if (!leaf) throw invalid('The signature has no certificate');
  checkSigner(leaf);
  authorities.forEach((authority, i) => checkAuthority(authority, i));
  chain.forEach((certificate, i) => {
    const issuer = chain[i + 1] ?? certificate;
    if (certificate.issuer !== issuer.subject || !certificate.verify(issuer.publicKey)) {
      throw invalid(
        `The certificate ${oneLine(certificate.subject)} was not signed by the next of its chain`,
      );
    }
  });
}

function checkSigner(leaf: X509Certificate): void {
  const usage = extensionsOf(leaf.raw).get(KEY_USAGE);
  if (!usage || !hasBit(usage, DIGITAL_SIGNATURE) || hasBit(usage, CERTIFICATE_SIGN) || leaf.ca)
    throw invalid('The certificate of the signer is not for digital signatures');
  const uses: readonly string[] | undefined = leaf.keyUsage;
  if (uses && (!uses.includes(CODE_SIGNING) || uses.some((use) => OTHER_USES.includes(use))))
    throw invalid('The certificate of the signer is not for signing code');
}

/** @param below how many authorities are between this one and the signer. */
function checkAuthority(authority: X509Certificate, below: number): void {
  const extensions = extensionsOf(authority.raw);
  const usage = extensions.get(KEY_USAGE);
  if (!authority.ca || !usage || !hasBit(usage, CERTIFICATE_SIGN))
    throw invalid(`The certificate ${oneLine(authority.subject)} is no authority's`);
  const limit = pathLength(extensions.get('551d13'));
  if (limit !== undefined && limit < below)
    throw invalid(`The chain is longer than ${oneLine(authority.subject)} allows`);
}

/** Of basic constraints: SEQUENCE { BOOLEAN, INTEGER }. */
function pathLength(constraints: Buffer | undefined): number | undefined {
  return constraints?.[0] === 0x30 && constraints[2] === 0x01 && constraints[5] === 0x02
    ? constraints[7]
    : undefined;
}

/** Throws unless all of them are valid at a time. */
export function checkValidity(chain: readonly X509Certificate[], time: number): void {
  for (const { validFromDate, validToDate, subject } of chain) {
    if (time < validFromDate.getTime() || time > validToDate.getTime())
      throw invalid(`The certificate ${oneLine(subject)} was not valid at ${new Date(time).toISOString()}`);
  }
}

/** The first certificate that says where to ask whether it was revoked. The root's is not asked for. */
export function revocable(chain: readonly X509Certificate[]): X509Certificate | undefined {
  const issued = chain.length > 1 ? chain.slice(0, -1) : [];
  return issued.find((one) => /OCSP/.test(one.infoAccess ?? '') || extensionsOf(one.raw).has(CRL_POINTS));
}

export const oneLine = (subject: string): string => subject.replaceAll('\n', ', ');
