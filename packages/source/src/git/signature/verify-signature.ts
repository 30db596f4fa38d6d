import { SourceError } from '../../errors.ts';
import { parseTagTarget } from '../parse-commit.ts';
import { verifyPgpSignature } from './pgp-signature.ts';
import type { GitSigners } from './git-signers.ts';
import { badSignature, notSigned } from './signature-error.ts';
import type { GitSignatureKeys } from './signature-keys.ts';
import { type SignedObject, signedCommit, signedTag } from './signed-object.ts';
import { verifySshSignature } from './ssh-signature.ts';

/** What must be signed: the commit, the tag that was asked for, or both. */
export type GitVerificationMode = 'HEAD' | 'Tag' | 'TagAndHEAD';

/** By whom what must be signed. */
export interface GitVerification {
  readonly mode: GitVerificationMode;
  readonly keys: GitSignatureKeys;
}

/** A commit, and the tag that named it. */
export interface VerifiableRevision {
  readonly commit: { readonly id: string; readonly raw: Uint8Array };
  /** Absent for branches, and for tags without an object of their own. */
  readonly tag?: { readonly id: string; readonly raw: Uint8Array };
  /** What was asked for: `main`, `v1.2.0`. */
  readonly name: string;
  /** Of the repository: `sha1` or `sha256`. */
  readonly algorithm: string;
}

/**
 * Verifies what a mode asks for. Fails closed: what is not signed is not verified.
 *
 * @throws `GIT_SIGNATURE_MISSING`, `GIT_SIGNATURE_INVALID`, `GIT_SIGNATURE_KEYS_INVALID`
 */
export async function verifyRevision(
  revision: VerifiableRevision,
  { mode, keys }: GitVerification,
  options: { readonly now: number },
): Promise<GitSigners> {
  const tag =
    mode === 'HEAD' ? undefined : await of(`tag ${revision.name}`, () => verifyTag(revision, keys, options));
  const commit =
    mode === 'Tag'
      ? undefined
      : await of(`commit ${revision.commit.id}`, () =>
          verifyObject(signedCommit(revision.commit.raw, revision.algorithm), keys, options),
        );
  return { ...(commit !== undefined && { commit }), ...(tag !== undefined && { tag }) };
}

/** Says of a failure what it is about. */
async function of(what: string, verify: () => Promise<string>): Promise<string> {
  try {
    return await verify();
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const { code, message, hint, retry, cause } = error;
    throw new SourceError(code, `${what}: ${message}`, {
      cause,
      retry,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

/** A signed tag says which commit it is of, and what it is called: under another name it proves nothing. */
async function verifyTag(
  { commit, tag, name }: VerifiableRevision,
  keys: GitSignatureKeys,
  options: { readonly now: number },
): Promise<string> {
  if (!tag) {
    throw notSigned(
      `${JSON.stringify(name)} is no annotated tag, and so cannot be signed`,
      'Make one: git tag -s.',
    );
  }
  const signer = await verifyObject(signedTag(tag.raw), keys, options);
  const target = parseTagTarget(tag.raw);
  if (target?.type !== 'commit' || target.id !== commit.id)
    throw badSignature(
      `the signed tag is not of the commit ${commit.id}, but of the ${target?.type} ${target?.id}`,
    );
  const called = /^tag (.*)$/m.exec(Buffer.from(tag.raw).toString('utf8'))?.[1];
  if (called !== shortName(name))
    throw badSignature(
      `the signed tag is called ${JSON.stringify(called)}, and was found as ${JSON.stringify(name)}`,
    );
  return signer;
}

async function verifyObject(
  { payload, armor }: SignedObject,
  keys: GitSignatureKeys,
  options: { readonly now: number },
): Promise<string> {
  if (armor.startsWith('-----BEGIN SSH SIGNATURE-----')) return verifySshSignature(payload, armor, keys.ssh);
  if (armor.startsWith('-----BEGIN PGP SIGNATURE-----'))
    return verifyPgpSignature(payload, armor, keys.pgp, options);
  throw badSignature('the signature is neither of OpenPGP nor of SSH');
}

function shortName(name: string): string {
  return name.replace(/^refs\/tags\//, '').replace(/\^\{\}$/, '');
}
