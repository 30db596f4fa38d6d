import { isRecord } from '@gitops-toolkit/core';

import { invalid, parseRecord } from '../read.ts';

/** Throws unless a payload of the simple signing format names this digest (cosign's SIGNATURE_SPEC). */
export function checkSimpleSigning(payload: Buffer, digest: string): void {
  const { critical } = parseRecord(payload, 'payload of the signature');
  if (!isRecord(critical)) throw invalid('The payload of the signature has no "critical" part');
  const { type, image } = critical;
  // Which of the two a client writes changed; cosign itself compares neither.
  if (type !== 'cosign container image signature' && type !== 'https://sigstore.dev/cosign/sign/v1') {
    throw invalid('The payload of the signature is not of an image');
  }
  const signed = isRecord(image) ? image['docker-manifest-digest'] : undefined;
  if (signed !== digest)
    throw invalid(`The signature is of ${typeof signed === 'string' ? signed : 'nothing'}, not of ${digest}`);
}
