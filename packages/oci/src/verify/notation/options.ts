import type { SignatureLimits } from '../limits.ts';
import type { SignatureDescriptor } from '../signature-source.ts';

/** How `verifyNotation` verifies. */
export interface NotationOptions {
  /** `registry/repository`, with or without a tag: what the policy's `registryScopes` are matched with. */
  readonly reference: string;
  /** The digest that the reference was resolved to, `sha256:…`. */
  readonly digest: string;
  /** A `trustpolicy.json` of version 1.0: an object or its text. */
  readonly trustPolicy: unknown;
  /**
   * The certificates of each trust store, by `type:name` as the policy writes it (`ca:…`, `signingAuthority:…`), PEM or DER. A key `*` is for
   * every store that has no own entry: Flux puts the certificates of its Secret into each that the policy names.
   */
  readonly certificates: Readonly<Record<string, readonly (string | Uint8Array)[]>>;
  readonly limits?: SignatureLimits;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** Looked at before each request. */
  readonly signal?: AbortSignal;
}

/** A check that failed and that the policy only logs. */
export interface NotationWarning {
  readonly check: NotationCheck;
  readonly message: string;
}

export type NotationCheck = 'integrity' | 'authenticity' | 'authenticTimestamp' | 'expiry' | 'revocation';

export interface NotationResult {
  /** The statement of the policy that applied. */
  readonly policy: string;
  /** `true` where the level is `skip`: nothing was verified. */
  readonly skipped: boolean;
  /** The manifest that holds the signature, and the subject of its certificate. */
  readonly signature?: string;
  readonly signer?: string;
  readonly warnings: readonly NotationWarning[];
}

/** What was signed: the descriptor of the artifact. */
export type TargetArtifact = Pick<SignatureDescriptor, 'mediaType' | 'digest' | 'size'>;
