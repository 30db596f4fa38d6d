import { readFileSync } from 'node:fs';

import type { SignatureDescriptor, SignatureSource } from '../signature-source.ts';

/** One artifact with its signatures, as `tools/signature-vectors` made it, and the verdict of the program in `by`. */
export interface Vector {
  readonly name: string;
  readonly by: string;
  readonly accepted: boolean;
  readonly key?: string;
  readonly digest: string;
  readonly manifests: Readonly<Record<string, string>>;
  /** In base64. */
  readonly blobs: Readonly<Record<string, string>>;
  readonly referrers: readonly SignatureDescriptor[];
}

export interface VectorFile {
  readonly vectors: readonly Vector[];
  readonly trustedRoot?: unknown;
  readonly now?: number;
  readonly roots?: readonly string[];
}

export function readVectors(name: string): VectorFile {
  return JSON.parse(readFileSync(new URL(`../testdata/${name}.json`, import.meta.url), 'utf8')) as VectorFile;
}

export function notFound(): Error {
  return Object.assign(new Error('not found'), { code: 'OCI_NOT_FOUND' });
}

/** A registry that holds a vector. */
export function memorySource({ manifests, blobs, referrers }: Vector): SignatureSource {
  return {
    manifest: async (reference) => {
      const text = manifests[reference];
      if (text === undefined) throw notFound();
      const bytes = Buffer.from(text);
      const manifest = JSON.parse(text) as { mediaType: string };
      return {
        descriptor: { mediaType: manifest.mediaType, digest: reference, size: bytes.length },
        bytes,
        manifest,
      };
    },
    blob: async function* ({ digest }) {
      const content = blobs[digest];
      if (content === undefined) throw notFound();
      yield Buffer.from(content, 'base64');
    },
    referrers: async (_digest, { artifactType } = {}) =>
      referrers.filter((one) => artifactType === undefined || one.artifactType === artifactType),
  };
}
