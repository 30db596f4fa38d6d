import { RE2JS } from 're2js';

/** RE2, where there is no `require` to load it later. */
export function re2(): typeof RE2JS {
  return RE2JS;
}
