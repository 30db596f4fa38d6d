import { createHash } from 'node:crypto';

/** A manifest, and what it is served as. */
export interface StoredManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** What a repository holds: blobs and manifests by digest, tags that name manifests. */
export class RepositoryContents {
  readonly blobs: Map<string, Buffer> = new Map();
  readonly manifests: Map<string, StoredManifest> = new Map();
  readonly tags: Map<string, string> = new Map();

  /** Stores a manifest under a tag or its digest, and gives the digest. */
  putManifest(reference: string, manifest: StoredManifest): string {
    const digest = digestOf(manifest.bytes);
    this.manifests.set(digest, manifest);
    if (!reference.includes(':')) this.tags.set(reference, digest);
    return digest;
  }

  /** The manifest under a tag or a digest. */
  manifest(reference: string): (StoredManifest & { readonly digest: string }) | undefined {
    const digest = reference.includes(':') ? reference : this.tags.get(reference);
    const found = digest === undefined ? undefined : this.manifests.get(digest);
    return found && digest !== undefined ? { ...found, digest } : undefined;
  }

  /** What says that it belongs to a manifest, as an index lists it. */
  referrers(subject: string): object[] {
    return [...this.manifests].flatMap(([digest, { bytes, mediaType }]) => {
      const manifest = JSON.parse(bytes.toString()) as {
        subject?: { digest?: string };
        artifactType?: string;
        config?: { mediaType?: string };
        annotations?: object;
      };
      if (manifest.subject?.digest !== subject) return [];
      const artifactType = manifest.artifactType ?? manifest.config?.mediaType;
      const { annotations } = manifest;
      return [{ mediaType, digest, size: bytes.length, artifactType, ...(annotations && { annotations }) }];
    });
  }
}

/** `sha256:` and the digits. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
