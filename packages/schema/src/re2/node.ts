import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

const require = createRequire(import.meta.url);
let loaded: typeof RE2JS | undefined;

/** RE2, loaded with its first use: it takes as long to load as all of this package, and most programs never need it. */
export function re2(): typeof RE2JS {
  return (loaded ??= (require('re2js') as { RE2JS: typeof RE2JS }).RE2JS);
}
