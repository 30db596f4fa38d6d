import type { RE2JS } from 're2js';

import { OciError } from '../../errors.ts';
import { badPolicy } from '../read.ts';
import type { CosignKeyless } from './options.ts';

/** Who signed, of a certificate that was verified. */
export interface SignerIdentity {
  readonly issuer: string;
  readonly subject: string;
}

/** Throws `OCI_SIGNATURE_IDENTITY` unless one of the identities matches. */
export async function identityCheck({
  identities,
  match = 'whole',
}: CosignKeyless): Promise<(who: SignerIdentity) => void> {
  if (identities.length === 0) throw badPolicy('Keyless verification needs the identities that may sign');
  const { RE2JS } = await import('re2js');
  const compiled = identities.map(({ issuer, subject }) => ({
    issuer: compile(RE2JS, issuer),
    subject: compile(RE2JS, subject),
  }));
  const accepts = (test: (pattern: RE2JS, text: string) => boolean, who: SignerIdentity): boolean =>
    compiled.some(({ issuer, subject }) => test(issuer, who.issuer) && test(subject, who.subject));
  const inPart = (pattern: RE2JS, text: string): boolean => pattern.matcher(text).find();
  return (who) => {
    if (accepts(match === 'whole' ? matchesWhole : inPart, who)) return;
    throw new OciError(
      'OCI_SIGNATURE_IDENTITY',
      `Signed by ${who.subject} (issuer ${who.issuer}), which no identity matches`,
      {
        ...(accepts(inPart, who) && {
          hint: 'A pattern matches only a part of it: write it for the whole, as in `^https://github\\.com/org/.*$`.',
        }),
      },
    );
  };
}

const matchesWhole = (pattern: RE2JS, text: string): boolean => pattern.matcher(text).matches();

function compile(re2: typeof RE2JS, pattern: string): RE2JS {
  if (pattern === '') throw badPolicy('An identity has an empty issuer or subject; `.*` lets any through');
  try {
    return re2.compile(pattern);
  } catch (error) {
    throw badPolicy(`The identity ${pattern} is no regular expression of RE2`, error);
  }
}
