/** Bounds on what a registry may make verification read. */
export interface SignatureLimits {
  /** How many signatures or referrers of one artifact are looked at; more is a failure. @default 100 */
  readonly maxSignatures?: number;
  /** In bytes. @default 4 MiB */
  readonly maxManifestBytes?: number;
  /** Of one payload, envelope or bundle, in bytes. @default 1 MiB */
  readonly maxPayloadBytes?: number;
}

export type ResolvedLimits = Required<SignatureLimits>;

export function resolveLimits(limits: SignatureLimits = {}): ResolvedLimits {
  return { maxSignatures: 100, maxManifestBytes: 4 << 20, maxPayloadBytes: 1 << 20, ...limits };
}
