/** A content descriptor of the OCI image spec, as far as signatures need it. */
export interface SignatureDescriptor {
  readonly mediaType: string;
  /** `sha256:…` */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A manifest: what names it, its bytes, and what they say. */
export interface SignatureManifest {
  readonly descriptor: SignatureDescriptor;
  readonly bytes: Uint8Array;
  readonly manifest: unknown;
}

/**
 * What verification asks of a registry: one repository, by tag and by digest. The registry client of this package is one.
 *
 * Nothing that a source answers is trusted: digests and sizes are checked again here.
 */
export interface SignatureSource {
  /** Throws an error with the code `OCI_NOT_FOUND` where the registry answers that there is none, and only then. */
  manifest(reference: string, options?: { readonly signal?: AbortSignal }): Promise<SignatureManifest>;
  /** The content of a blob. */
  blob(
    descriptor: SignatureDescriptor,
    options?: { readonly signal?: AbortSignal },
  ): AsyncIterable<Uint8Array>;
  /** The manifests whose `subject` is this digest; none is an empty list. */
  referrers(
    digest: string,
    options?: { readonly artifactType?: string; readonly signal?: AbortSignal },
  ): Promise<readonly SignatureDescriptor[]>;
}
