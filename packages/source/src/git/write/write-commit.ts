import { SourceError } from '../../errors.ts';
import type { GitSignature } from '../../source-fetcher.ts';

/** What a commit is made of. */
export interface CommitContent {
  /** Ids of objects. */
  readonly tree: string;
  readonly parent: string;
  readonly author: GitSignature;
  readonly committer: GitSignature;
  readonly message: string;
}

/** Signs the bytes of a commit; gives an armored signature, of PGP or SSH. */
export type CommitSigner = (payload: Uint8Array) => Promise<string>;

/**
 * The bytes of a commit, signed where there is a signer.
 *
 * @throws RangeError for a name or an address that no commit can have.
 */
export async function writeCommit(content: CommitContent, signer?: CommitSigner): Promise<Uint8Array> {
  const { tree, parent, author, committer, message } = content;
  const head = [
    `tree ${tree}`,
    `parent ${parent}`,
    `author ${line(author)}`,
    `committer ${line(committer)}`,
  ].join('\n');
  if (message.includes('\0')) throw new RangeError('a commit message has no NUL');
  const body = `\n\n${message.endsWith('\n') ? message : `${message}\n`}`;
  const payload = Buffer.from(head + body);
  if (!signer) return payload;
  const armored = (await signer(payload)).trim();
  if (!armored.startsWith('-----BEGIN '))
    throw new SourceError('GIT_SIGNATURE_INVALID', 'what signs the commit gives no armored signature');
  return Buffer.from(`${head}\ngpgsig ${armored.replaceAll('\r', '').split('\n').join('\n ')}${body}`);
}

function line({ name, email, seconds, timezone }: GitSignature): string {
  const isLine = name.trim() !== '' && !/[<>\p{Cc}]/u.test(name + email) && /^[+-]\d{4}$/.test(timezone);
  if (!isLine || !Number.isSafeInteger(seconds))
    throw new RangeError(`not a name, an address and a time: ${JSON.stringify({ name, email, timezone })}`);
  return `${name} <${email}> ${seconds} ${timezone}`;
}
