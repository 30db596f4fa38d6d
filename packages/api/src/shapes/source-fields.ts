import { duration, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import type { LocalObjectReference } from '../generated/resource-types.ts';
import { localObjectReference } from './references.ts';

/** `spec.interval` of sources. */
export function interval(): Type<string> {
  return duration(
    'How often to look for a new revision. The actual times vary a little, so that not all sources are asked at once.',
  );
}

/** `spec.timeout` of sources whose CRD fills it in. */
export function timeout(): Type<string> {
  return duration('How long one operation on the source may take.', { largestUnit: 'm', default: '60s' });
}

/** `spec.ignore` of sources that consist of files. */
export function ignore(): Type<string> {
  return string(
    'Patterns of files to leave out, as in `.gitignore`. They come after those of `.sourceignore` files, and replace the built-in ones.',
  );
}

/** `spec.certSecretRef` of sources. */
export function certSecretRef(): Type<LocalObjectReference> {
  return localObjectReference(
    'The secret with TLS material: `ca.crt`, whom to trust, and `tls.crt` with `tls.key`, whom to be.',
  );
}

/** `spec.proxySecretRef` of sources. */
export function proxySecretRef(): Type<LocalObjectReference> {
  return localObjectReference(
    'The secret that names a proxy: `address`, and `username` with `password` if it wants them.',
  );
}

/** `status.url` of sources whose latest artifact has an address of its own. */
export function latestArtifactUrl(): Type<string> {
  return string('Where the latest artifact can be fetched, whatever its revision.');
}
