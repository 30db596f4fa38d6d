import type { Bundle } from '@sigstore/bundle';

import type { CosignFormat } from './options.ts';

/** A signature before anything of it is known to be right. */
export interface Signed {
  /** The bytes that the signature is over. */
  readonly message: Buffer;
  readonly signature: Buffer;
  /** The same as a bundle, for keyless verification; throws where it has no certificate or no log entry. */
  bundle(): Promise<Bundle>;
  /** What a bundle's `messageSignature` is over. */
  readonly artifact?: Buffer;
  /** Throws unless what was signed is this artifact. Called after the signature was verified. */
  checkSubject(digest: string): void;
}

/** A signature that was found; `open` reads it. */
export interface Candidate {
  readonly format: CosignFormat;
  readonly id: string;
  open(): Promise<Signed>;
}

/** Verifies the signature; answers the identity where there is one. */
export type Authority = (signed: Signed) => Promise<{ issuer: string; subject: string } | undefined>;
