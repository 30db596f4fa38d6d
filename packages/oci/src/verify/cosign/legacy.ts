import type { Bundle } from '@sigstore/bundle';
import { isRecord } from '@gitops-toolkit/core';

import {
  checkCount,
  invalid,
  layersOf,
  parseRecord,
  readBlob,
  type Reader,
  readManifest,
  sha256,
} from '../read.ts';
import type { SignatureDescriptor } from '../signature-source.ts';
import type { Candidate, Signed } from './candidate.ts';
import { checkSimpleSigning } from './simple-signing.ts';

const PAYLOAD_TYPE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const SIGNATURE = 'dev.cosignproject.cosign/signature';
const CERTIFICATE = 'dev.sigstore.cosign/certificate';
const LOG_ENTRY = 'dev.sigstore.cosign/bundle';
const TIMESTAMP = 'dev.sigstore.cosign/rfc3161timestamp';

/** The signatures under the tag `sha256-<hex>.sig`, one a layer; none where the tag is not there. */
export async function findLegacySignatures(reader: Reader, digest: string): Promise<readonly Candidate[]> {
  const manifest = await readManifest(reader, `${digest.replace(':', '-')}.sig`);
  if (!manifest) return [];
  const layers = layersOf(manifest);
  checkCount(reader, layers.length, digest);
  return layers.map((layer) => ({
    format: 'legacy',
    id: layer.digest,
    open: () => openLayer(reader, layer),
  }));
}

async function openLayer(reader: Reader, layer: SignatureDescriptor): Promise<Signed> {
  if (layer.mediaType !== PAYLOAD_TYPE) throw invalid(`A signature has the media type ${layer.mediaType}`);
  const encoded = layer.annotations?.[SIGNATURE];
  if (encoded === undefined || encoded === '')
    throw invalid('A layer of the signature manifest has no signature');
  const message = await readBlob(reader, layer);
  return {
    message,
    artifact: message,
    signature: Buffer.from(encoded, 'base64'),
    bundle: () => toBundle(message, encoded, layer.annotations ?? {}),
    checkSubject: (digest) => checkSimpleSigning(message, digest),
  };
}

/** The annotations as the bundle that says the same. */
async function toBundle(
  message: Buffer,
  signature: string,
  annotations: Readonly<Record<string, string>>,
): Promise<Bundle> {
  const certificate = annotations[CERTIFICATE];
  if (certificate === undefined) throw invalid('The signature has no certificate');
  const { bundleFromJSON } = await import('@sigstore/bundle');
  const timestamp = annotations[TIMESTAMP];
  try {
    return bundleFromJSON({
      mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1',
      verificationMaterial: {
        x509CertificateChain: { certificates: [{ rawBytes: derOf(certificate) }] },
        tlogEntries: [logEntry(annotations[LOG_ENTRY])],
        ...(timestamp !== undefined && {
          timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: signedTimestamp(timestamp) }] },
        }),
      },
      messageSignature: {
        messageDigest: {
          algorithm: 'SHA2_256',
          digest: Buffer.from(sha256(message).slice(7), 'hex').toString('base64'),
        },
        signature,
      },
    });
  } catch (error) {
    throw invalid('The certificate or the log entry of the signature cannot be read', error);
  }
}

function derOf(pem: string): string {
  const body = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(pem)?.[1];
  if (body === undefined) throw invalid('The certificate of the signature is no PEM');
  return body.replaceAll(/\s/g, '');
}

/** The entry of the transparency log as cosign annotates it: the body and what the log signed of it. */
function logEntry(annotation: string | undefined): Record<string, unknown> {
  if (annotation === undefined) throw invalid('The signature has no entry of a transparency log');
  const { SignedEntryTimestamp: promise, Payload: payload } = parseRecord(
    Buffer.from(annotation),
    'log entry of the signature',
  );
  if (!isRecord(payload) || typeof promise !== 'string')
    throw invalid('The log entry of the signature is not complete');
  const { body, integratedTime, logIndex, logID } = payload;
  if (typeof body !== 'string' || typeof logID !== 'string')
    throw invalid('The log entry of the signature is not complete');
  const { kind, apiVersion } = parseRecord(Buffer.from(body, 'base64'), 'body of the log entry');
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: promise },
    canonicalizedBody: body,
  };
}

function signedTimestamp(annotation: string): unknown {
  return parseRecord(Buffer.from(annotation), 'timestamp of the signature')['SignedRFC3161Timestamp'];
}
