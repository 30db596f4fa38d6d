import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** `node:crypto`, loaded with its first use: few templates make keys, and it takes a fifth of what all else here does. */
export function nodeCrypto(): typeof import('node:crypto') {
  return require('node:crypto') as typeof import('node:crypto');
}
