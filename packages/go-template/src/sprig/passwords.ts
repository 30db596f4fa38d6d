import { libraries } from '#libraries';
import type { FunctionMap } from '../value/function-map.ts';
import { countKey } from '../execute/limits.ts';
import { goFunction } from '../value/go-function.ts';
import { byteLength, toBytes } from '../value/go-string.ts';
import { Sized } from '../value/sized.ts';
import type { RandomSource } from './random-source.ts';

/** Go's default cost, and its limit on what is hashed. */
const COST = '10';
const MAX_BCRYPT_BYTES = 72;

function bcrypt(text: string, random: RandomSource): string {
  if (byteLength(text) > MAX_BCRYPT_BYTES) {
    return 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';
  }
  countKey();
  const { encodeBase64, hashSync } = libraries.bcrypt();
  return hashSync(text, `$2a$${COST}$${encodeBase64(random(16), 16)}`);
}

/** The words of the Master Password algorithm: which kinds of characters stand where. */
const TEMPLATES: Readonly<Record<string, string>> = {
  maximum: 'anoxxxxxxxxxxxxxxxxx axxxxxxxxxxxxxxxxxno',
  long:
    'CvcvnoCvcvCvcv CvcvCvcvnoCvcv CvcvCvcvCvcvno CvccnoCvcvCvcv CvccCvcvnoCvcv CvccCvcvCvcvno CvcvnoCvccCvcv ' +
    'CvcvCvccnoCvcv CvcvCvccCvcvno CvcvnoCvcvCvcc CvcvCvcvnoCvcc CvcvCvcvCvccno CvccnoCvccCvcv CvccCvccnoCvcv ' +
    'CvccCvccCvcvno CvcvnoCvccCvcc CvcvCvccnoCvcc CvcvCvccCvccno CvccnoCvcvCvcc CvccCvcvnoCvcc CvccCvcvCvccno',
  medium: 'CvcnoCvc CvcCvcno',
  short: 'Cvcn',
  basic: 'aaanaaan aannaaan aaannaaa',
  pin: 'nnnn',
};

const UPPER_VOWELS = 'AEIOU';
const LOWER_VOWELS = 'aeiou';
const UPPER_CONSONANTS = 'BCDFGHJKLMNPQRSTVWXYZ';
const LOWER_CONSONANTS = 'bcdfghjklmnpqrstvwxyz';
const ALL_LETTERS = UPPER_VOWELS + LOWER_VOWELS + UPPER_CONSONANTS + LOWER_CONSONANTS;

const CHARACTERS: Readonly<Record<string, string>> = {
  V: UPPER_VOWELS,
  C: UPPER_CONSONANTS,
  v: LOWER_VOWELS,
  c: LOWER_CONSONANTS,
  A: UPPER_VOWELS + UPPER_CONSONANTS,
  a: ALL_LETTERS,
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: `${ALL_LETTERS}0123456789!@#$%^&*()`,
};

const SEED = 'com.lyndir.masterpassword';

/** `derivePassword`: the same site and the same master password give the same password. */
function derivePassword(counter: Sized, kind: string, password: string, user: string, site: string): string {
  if (!Object.hasOwn(TEMPLATES, kind)) return `cannot find password template ${kind}`;
  const templates = (TEMPLATES[kind] ?? '').split(' ');
  countKey();
  const { hmac, scrypt, sha256 } = libraries.hashes();
  const salt = joined(toBytes(SEED), uint32(byteLength(user)), toBytes(user));
  const key = scrypt(toBytes(password), salt, { N: 32_768, r: 8, p: 2, dkLen: 64 });
  const message = joined(
    toBytes(SEED),
    uint32(byteLength(site)),
    toBytes(site),
    uint32(Number(counter.value)),
  );
  const [first = 0, ...rest] = hmac(sha256, key, message);
  const template = templates[first % templates.length] ?? '';
  return Array.from(template, (letter, i) => {
    const characters = CHARACTERS[letter] ?? '';
    return characters[(rest[i] ?? 0) % characters.length];
  }).join('');
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Functions for passwords. */
export function passwordFunctions(random: RandomSource): FunctionMap {
  return {
    bcrypt: goFunction(['string'], (text: string) => bcrypt(text, random)),
    htpasswd: goFunction(['string', 'string'], (user: string, password: string) =>
      user.includes(':') ? `invalid username: ${user}` : `${user}:${bcrypt(password, random)}`,
    ),
    derivePassword: goFunction(['uint32', 'string', 'string', 'string', 'string'], derivePassword),
  };
}
