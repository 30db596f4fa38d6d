import { createRequire } from 'node:module';
import type { Libraries } from './libraries.ts';
import { nodeCrypto } from './node-crypto.ts';

const require = createRequire(import.meta.url);

/** Loads a module with its first use: together they take longer to load than all of this package. */
function lazily<T extends object>(load: () => T): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= load());
}

type Loaded<K extends keyof Libraries> = ReturnType<Libraries[K]>;

/** In Node, libraries are loaded when they are used. */
export const libraries: Libraries = {
  re2: lazily(() => (require('re2js') as { RE2JS: Loaded<'re2'> }).RE2JS),
  digest: (algorithm, bytes) => nodeCrypto().createHash(algorithm).update(bytes).digest(),
  hashes: lazily(() => ({
    ...(require('@noble/hashes/legacy.js') as Pick<Loaded<'hashes'>, 'sha1'>),
    ...(require('@noble/hashes/sha2.js') as Pick<Loaded<'hashes'>, 'sha256' | 'sha512'>),
    ...(require('@noble/hashes/hmac.js') as Pick<Loaded<'hashes'>, 'hmac'>),
    ...(require('@noble/hashes/scrypt.js') as Pick<Loaded<'hashes'>, 'scrypt'>),
  })),
  aes: lazily(() => require('@noble/ciphers/aes.js') as Loaded<'aes'>),
  bcrypt: lazily(() => require('bcryptjs') as Loaded<'bcrypt'>),
};
