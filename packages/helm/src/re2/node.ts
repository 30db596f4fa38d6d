import { createRequire } from 'node:module';
import type * as Re2 from 're2js';

const require = createRequire(import.meta.url);
let loaded: typeof Re2 | undefined;

/** RE2, loaded with its first use: most schemas of values have no patterns. */
export function re2(): typeof Re2 {
  return (loaded ??= require('re2js') as typeof Re2);
}
