import * as Re2 from 're2js';

/** RE2, where there is no `require` to load it later. */
export function re2(): typeof Re2 {
  return Re2;
}
