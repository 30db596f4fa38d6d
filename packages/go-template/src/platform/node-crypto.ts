import { getBuiltinModule } from 'node:process';

type Crypto = typeof import('node:crypto');

/** `node:crypto`, loaded with its first use: few templates make keys, and it takes a tenth of what all else here does. */
export function nodeCrypto(): Crypto {
  return getBuiltinModule('node:crypto');
}
