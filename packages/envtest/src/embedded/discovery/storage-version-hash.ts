import { createHash } from 'node:crypto';

import type { ServedResource } from '../registry/served-resource.ts';

/** The short hash of what an object is stored as; clients only compare it. */
export function storageVersionHash({ group, version, kind }: ServedResource): string {
  const text = group === '' ? `${version}/${kind}` : `${group}/${version}/${kind}`;
  return createHash('sha256').update(text).digest().subarray(0, 8).toString('base64');
}
