import { SourceError } from '../errors.ts';

/** What readers of artifacts show. A function is asked for each use, for a token that is replaced. */
export type ArtifactToken = string | (() => string | Promise<string>);

/**
 * A token as it goes into a header: without the white space around it, since files and Secrets end with a newline more often than
 * not.
 *
 * @throws SourceError `ARTIFACT_TOKEN_INVALID` where nothing is left, or what no header can carry; the message does not show it
 */
export async function readToken(token: ArtifactToken): Promise<string> {
  const text = (typeof token === 'string' ? token : await token()).trim();
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  const what = text === '' ? 'is empty' : 'has white space or characters beyond ASCII in it';
  throw new SourceError('ARTIFACT_TOKEN_INVALID', `the token of the artifact server ${what}`, {
    hint: 'A token is one word, such as the output of: openssl rand -hex 32.',
    // A file may be read while it is being replaced.
    retry: 'backoff',
  });
}
