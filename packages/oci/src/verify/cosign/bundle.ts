import type { Bundle } from '@sigstore/bundle';
import { isRecord } from '@gitops-toolkit/core';

import {
  invalid,
  parseRecord,
  readAttached,
  type Reader,
  readManifest,
  readReferrers,
  sha256,
} from '../read.ts';
import type { Candidate, Signed } from './candidate.ts';

const BUNDLE_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const STATEMENT_TYPE = 'application/vnd.in-toto+json';
const SIGNATURE_PREDICATE = 'https://sigstore.dev/cosign/sign/v1';

/** The bundles that refer to the artifact and are of signatures; those of attestations are none. */
export async function findBundles(reader: Reader, digest: string): Promise<readonly Candidate[]> {
  const referrers = await readReferrers(reader, digest, BUNDLE_TYPE);
  const candidates: Candidate[] = [];
  for (const referrer of referrers) {
    const { layer, content } = await readAttached(reader, digest, referrer);
    if (layer.mediaType !== BUNDLE_TYPE) throw invalid(`A bundle has the media type ${layer.mediaType}`);
    if (isAttestation(content)) continue;
    candidates.push({
      format: 'bundle',
      id: referrer.digest,
      open: () => openBundle(reader, digest, content),
    });
  }
  return candidates;
}

/** Whether a bundle speaks about the artifact instead of signing it: anything else counts as a signature, and then fails. */
function isAttestation(content: Buffer): boolean {
  try {
    const envelope = parseRecord(content, 'bundle')['dsseEnvelope'];
    if (!isRecord(envelope) || envelope['payloadType'] !== STATEMENT_TYPE) return false;
    const statement = parseRecord(Buffer.from(String(envelope['payload']), 'base64'), 'statement');
    return (
      typeof statement['predicateType'] === 'string' && statement['predicateType'] !== SIGNATURE_PREDICATE
    );
  } catch {
    return false;
  }
}

async function openBundle(reader: Reader, digest: string, content: Buffer): Promise<Signed> {
  const { bundleFromJSON } = await import('@sigstore/bundle');
  let bundle: Bundle;
  try {
    bundle = bundleFromJSON(parseRecord(content, 'bundle'));
  } catch (error) {
    throw invalid('The bundle of the signature cannot be read', error);
  }
  if (bundle.content.$case === 'messageSignature')
    return await ofMessage(reader, digest, bundle, bundle.content.messageSignature.signature);
  const { payload, payloadType, signatures } = bundle.content.dsseEnvelope;
  const [signature] = signatures;
  if (!signature || signatures.length !== 1)
    throw invalid('The bundle of the signature has not exactly one signature');
  return {
    message: preAuthEncoding(payloadType, payload),
    signature: signature.sig,
    bundle: async () => bundle,
    checkSubject: (wanted) => checkStatement(payloadType, payload, wanted),
  };
}

/** A signature over the bytes of the artifact's manifest. */
async function ofMessage(reader: Reader, digest: string, bundle: Bundle, signature: Buffer): Promise<Signed> {
  const found = await readManifest(reader, digest);
  if (!found) throw invalid(`The artifact ${digest} cannot be found`);
  const message = Buffer.from(
    (await reader.source.manifest(digest, reader.signal ? { signal: reader.signal } : {})).bytes,
  );
  return {
    message,
    artifact: message,
    signature,
    bundle: async () => bundle,
    checkSubject: (wanted) => {
      if (sha256(message) !== wanted) throw invalid('The signature is of another artifact');
    },
  };
}

/** What the signature of a DSSE envelope is over (DSSE protocol, "PAE"). */
function preAuthEncoding(type: string, payload: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `),
    payload,
  ]);
}

function checkStatement(payloadType: string, payload: Buffer, digest: string): void {
  if (payloadType !== STATEMENT_TYPE)
    throw invalid(`The signature is over ${payloadType}, not over a statement`);
  const { predicateType, subject } = parseRecord(payload, 'statement of the signature');
  if (predicateType !== SIGNATURE_PREDICATE) throw invalid('The statement is no signature');
  const hex = digest.slice('sha256:'.length);
  const isSubject =
    Array.isArray(subject) &&
    subject.some((one) => isRecord(one) && isRecord(one['digest']) && one['digest']['sha256'] === hex);
  if (!isSubject) throw invalid(`The statement of the signature does not name ${digest}`);
}
