import { generateKeyPairSync, sign } from 'node:crypto';
import { digestOf } from './contents.ts';
import type { OciRegistry } from './start-oci-registry.ts';

/** A key that signs artifacts as `cosign sign --key` does, without a transparency log. */
export interface CosignKey {
  /** PEM. */
  readonly publicKey: string;
  /** Puts the signature beside what the repository has under a tag or a digest: under a tag of its own. */
  sign(registry: OciRegistry, repository: string, reference: string): void;
}

/** Makes a key of the kind that cosign makes: ECDSA on P-256. Format: cosign's SIGNATURE_SPEC. */
export function createCosignKey(): CosignKey {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign(registry, repository, reference) {
      const contents = registry.contents(repository);
      const digest = contents.manifest(reference)?.digest;
      if (digest === undefined) throw new Error(`${repository} has no ${reference}`);
      const payload = Buffer.from(
        JSON.stringify({
          critical: {
            identity: { 'docker-reference': `${registry.host}/${repository}` },
            image: { 'docker-manifest-digest': digest },
            type: 'cosign container image signature',
          },
          optional: null,
        }),
      );
      const put = (mediaType: string, bytes: Buffer): object => {
        contents.blobs.set(digestOf(bytes), bytes);
        return { mediaType, digest: digestOf(bytes), size: bytes.length };
      };
      const signature = sign('sha256', payload, pair.privateKey).toString('base64');
      const layer = {
        ...put('application/vnd.dev.cosign.simplesigning.v1+json', payload),
        annotations: { 'dev.cosignproject.cosign/signature': signature },
      };
      const mediaType = 'application/vnd.oci.image.manifest.v1+json';
      const config = put('application/vnd.oci.image.config.v1+json', Buffer.from('{}'));
      const manifest = { schemaVersion: 2, mediaType, config, layers: [layer] };
      contents.putManifest(`${digest.replace(':', '-')}.sig`, {
        bytes: Buffer.from(JSON.stringify(manifest)),
        mediaType,
      });
    },
  };
}
