import type { cbc } from '@noble/ciphers/aes.js';
import type { hmac } from '@noble/hashes/hmac.js';
import type { sha1 } from '@noble/hashes/legacy.js';
import type { scrypt } from '@noble/hashes/scrypt.js';
import type { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { encodeBase64, hashSync } from 'bcryptjs';
import type { RE2JS } from 're2js';

/** The libraries that few templates need, each to be had when it is. */
export interface Libraries {
  /** Regular expressions. */
  readonly re2: () => typeof RE2JS;
  /** Digests by what the platform has for them. */
  readonly digest: (algorithm: 'sha1' | 'sha256' | 'sha512', bytes: Uint8Array) => Uint8Array;
  /** Digests and what is made of them. */
  readonly hashes: () => {
    readonly sha1: typeof sha1;
    readonly sha256: typeof sha256;
    readonly sha512: typeof sha512;
    readonly hmac: typeof hmac;
    readonly scrypt: typeof scrypt;
  };
  readonly aes: () => { readonly cbc: typeof cbc };
  readonly bcrypt: () => { readonly hashSync: typeof hashSync; readonly encodeBase64: typeof encodeBase64 };
}
