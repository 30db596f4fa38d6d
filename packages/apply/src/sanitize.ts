import {
  createRecord,
  getOwn,
  gvkOf,
  isEqual,
  isRecord,
  type KubeObject,
  mask,
  setOwn,
} from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';

/** Whether an object holds values that must not be shown. */
export function isSecret(object: KubeObject): boolean {
  const { group, kind } = gvkOf(object);
  return group === '' && kind.toLowerCase() === 'secret';
}

/**
 * An error of the API server about an object, without the values of a Secret: the server repeats
 * those that it refuses.
 */
export function sanitizeError(error: unknown, object: KubeObject): unknown {
  if (!isSecret(object) || !(error instanceof KubeError)) return error;
  const secrets = secretValues(object);
  const { code, message, status, reason, details, retry, retryAfterMs, object: ref } = error;
  const causes = details?.causes?.map((cause) => ({ ...cause, message: mask(cause.message ?? '', secrets) }));
  return new KubeError(code, mask(message, secrets), {
    status,
    reason,
    retry,
    ...(details && { details: { ...details, ...(causes && { causes }) } }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(ref && { object: ref }),
  });
}

/** The values of a Secret, decoded and as they are written. */
function secretValues(object: KubeObject): string[] {
  const values: string[] = [];
  for (const field of ['data', 'stringData']) {
    const map = getOwn(object, field);
    for (const value of isRecord(map) ? Object.values(map) : []) {
      if (typeof value !== 'string') continue;
      values.push(value);
      if (field === 'data') values.push(Buffer.from(value, 'base64').toString('utf8'));
    }
  }
  // Kept copies of whole objects hold them, too.
  const applied = getOwn(object.metadata.annotations, LAST_APPLIED);
  return typeof applied === 'string' ? [...values, applied] : values;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const MASK = '***';

/**
 * Two states of a Secret for people: values are masked, and those that differ say so. Objects of
 * other kinds come back as they are.
 */
export function maskSecrets(
  before: KubeObject | undefined,
  after: KubeObject | undefined,
): { readonly before: KubeObject | undefined; readonly after: KubeObject | undefined } {
  const either = before ?? after;
  if (!either || !isSecret(either)) return { before, after };
  return {
    before: before && masked(before, after, `${MASK} (before)`),
    after: after && masked(after, before, `${MASK} (after)`),
  };
}

function masked(object: KubeObject, other: KubeObject | undefined, changed: string): KubeObject {
  const copy: KubeObject = { ...object, metadata: withoutLastApplied(object.metadata) };
  for (const field of ['data', 'stringData']) {
    const map = getOwn(object, field);
    if (!isRecord(map)) continue;
    const otherMap = getOwn(other, field);
    const shown = createRecord();
    for (const [key, value] of Object.entries(map)) {
      const theirs = getOwn(otherMap, key);
      setOwn(shown, key, theirs === undefined || isEqual(theirs, value) ? MASK : changed);
    }
    copy[field] = shown;
  }
  return copy;
}

function withoutLastApplied(metadata: KubeObject['metadata']): KubeObject['metadata'] {
  if (getOwn(metadata.annotations, LAST_APPLIED) === undefined) return metadata;
  return { ...metadata, annotations: { ...metadata.annotations, [LAST_APPLIED]: MASK } };
}
