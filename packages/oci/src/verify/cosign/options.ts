import type { SignatureLimits } from '../limits.ts';

/** Where cosign keeps signatures: as referrers (its version 3), or under a tag `sha256-….sig`. */
export type CosignFormat = 'bundle' | 'legacy';

/** Who may have signed: regular expressions (RE2). */
export interface CosignIdentity {
  /** Of the token's issuer, as in `https://token\.actions\.githubusercontent\.com`. */
  readonly issuer: string;
  /** Of the certificate's subject alternative name, as in `https://github\.com/org/repo/\.github/.*`. */
  readonly subject: string;
}

/** Signatures by short-lived certificates. */
export interface CosignKeyless {
  /** A `trusted_root.json`: an object of the Sigstore trust root, or its text. Nothing is fetched. */
  readonly trustedRoot: unknown;
  /** Any one that matches suffices. */
  readonly identities: readonly CosignIdentity[];
  /**
   * Whether a pattern has to match all of the issuer and subject, or as in cosign and Flux any part of them, so that
   * `github.com/org` lets `https://evil.example/github.com/org` in. @default 'whole'
   */
  readonly match?: 'whole' | 'part';
}

/** How `verifyCosign` verifies: by `keys` or `keyless`, not both. */
export interface CosignOptions {
  /** The digest that the reference was resolved to, `sha256:…`. */
  readonly digest: string;
  /** Public keys in PEM; any one that fits suffices. The transparency log is left aside, as in Flux. */
  readonly keys?: readonly (string | Uint8Array)[];
  readonly keyless?: CosignKeyless;
  /**
   * Which formats count. With both, bundles come first, and the tag is looked at only where the registry says that there
   * are no bundles. @default both
   */
  readonly formats?: readonly CosignFormat[];
  readonly limits?: SignatureLimits;
  /** Looked at before each request. */
  readonly signal?: AbortSignal;
}

/** The signature that let an artifact through. */
export interface CosignResult {
  readonly format: CosignFormat;
  /** The digest of the manifest or of the layer that holds the signature. */
  readonly signature: string;
  /** Of the certificate, where it was keyless. */
  readonly identity?: { readonly issuer: string; readonly subject: string };
}
