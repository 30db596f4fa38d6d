import { MAX_HEADER_BYTES } from '../parse-commit.ts';
import { badSignature, notSigned } from './signature-error.ts';

/** What was signed, byte for byte, and the signature in its armor. */
export interface SignedObject {
  readonly payload: Uint8Array;
  readonly armor: string;
}

/** Each of these has one place in a commit; two of them are read by different programs as different commits. */
const SINGLE_HEADERS = ['tree', 'author', 'committer', 'encoding'];
const SIGNATURE_HEADERS = ['gpgsig', 'gpgsig-sha256'];
const BEGIN = /^-----BEGIN [A-Z ]+-----$/m;
const NEWLINE = 0x0a;
const SPACE = 0x20;

/**
 * Parts a commit from its signature: the payload is the raw object without the header of the signature and the lines that
 * continue it. What could be read in two ways is refused.
 *
 * @throws `GIT_SIGNATURE_MISSING`, `GIT_SIGNATURE_INVALID`
 */
export function signedCommit(raw: Uint8Array, algorithm: string): SignedObject {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const headers = headerLines(bytes);
  const names = headers.map(({ name }) => name);
  for (const name of SINGLE_HEADERS)
    if (names.filter((other) => other === name).length > 1)
      throw badSignature(`the commit has two headers ${name}`);
  if (names.includes('mergetag'))
    throw badSignature('the commit holds a tag that it merged, which is not verified');
  if (names[0] !== 'tree') throw badSignature('the commit does not begin with its tree');
  const signatures = headers.filter(({ name }) => SIGNATURE_HEADERS.includes(name));
  const [signature, ...others] = signatures;
  if (!signature) throw notSigned('the commit is not signed', 'Sign it: git commit -S.');
  const wanted = algorithm === 'sha256' ? 'gpgsig-sha256' : 'gpgsig';
  if (others.length > 0 || signature.name !== wanted)
    throw badSignature('the commit has signatures of which one cannot be told from the other');
  const value = bytes.toString('latin1', signature.start + signature.name.length + 1, signature.end);
  return {
    payload: Buffer.concat([bytes.subarray(0, signature.start), bytes.subarray(signature.end)]),
    armor: value.replaceAll(/\n /g, '\n'),
  };
}

/**
 * Parts an annotated tag from its signature, which stands at its end.
 *
 * @throws `GIT_SIGNATURE_MISSING`, `GIT_SIGNATURE_INVALID`
 */
export function signedTag(raw: Uint8Array): SignedObject {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const names = headerLines(bytes).map(({ name }) => name);
  for (const name of ['object', 'type', 'tag', 'tagger'])
    if (names.filter((other) => other === name).length > 1)
      throw badSignature(`the tag has two headers ${name}`);
  if (names.some((name) => SIGNATURE_HEADERS.includes(name)))
    throw badSignature('the tag has signatures of which one cannot be told from the other');
  const text = bytes.toString('latin1');
  const begin = BEGIN.exec(text);
  if (!begin) throw notSigned('the tag is not signed', 'Sign it: git tag -s.');
  if (BEGIN.test(text.slice(begin.index + begin[0].length)))
    throw badSignature('the tag has more than one signature');
  return { payload: bytes.subarray(0, begin.index), armor: text.slice(begin.index) };
}

interface HeaderLine {
  readonly name: string;
  readonly start: number;
  /** Behind the lines that continue it. */
  readonly end: number;
}

function headerLines(bytes: Buffer): HeaderLine[] {
  const lines: HeaderLine[] = [];
  for (let start = 0; start < bytes.length && bytes[start] !== NEWLINE;) {
    if (start > MAX_HEADER_BYTES)
      throw badSignature(`the object has more than ${MAX_HEADER_BYTES} bytes of headers`);
    let end = lineEnd(bytes, start);
    while (bytes[end] === SPACE) end = lineEnd(bytes, end);
    const line = bytes.subarray(start, end);
    // Programs in C end a text there.
    if (line.includes(0)) throw badSignature('the object has a NUL byte among its headers');
    lines.push({ name: line.toString('latin1').split(/[ \n]/, 1)[0] ?? '', start, end });
    start = end;
  }
  return lines;
}

function lineEnd(bytes: Buffer, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline === -1 ? bytes.length : newline + 1;
}
