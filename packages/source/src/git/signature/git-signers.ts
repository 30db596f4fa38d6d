/** Who signed: the fingerprints of the keys. */
export interface GitSigners {
  readonly commit?: string;
  readonly tag?: string;
}
