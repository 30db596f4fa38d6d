import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { encodeBase64, hashSync } from 'bcryptjs';
import { RE2JS } from 're2js';
import type { Libraries } from './libraries.ts';

const hashes = { sha1, sha256, sha512, hmac, scrypt };

/** Where nothing can be loaded later without waiting, all is there from the start. */
export const libraries: Libraries = {
  re2: () => RE2JS,
  digest: (algorithm, bytes) => hashes[algorithm](bytes),
  hashes: () => hashes,
  aes: () => ({ cbc }),
  bcrypt: () => ({ hashSync, encodeBase64 }),
};
