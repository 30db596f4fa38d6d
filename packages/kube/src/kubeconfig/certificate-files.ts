import { createSecureContext } from 'node:tls';
import type { Clock } from '@gitops-toolkit/core';
import type { ClientCertificateSource } from '../cluster-config.ts';
import { keepFresh } from './keep-fresh.ts';
import type { ReadFile } from './token-file.ts';

/** A client certificate in two files that are rotated. Half of a new pair is none: the old one stays until then. */
export function certificateFiles(
  paths: { readonly cert: string; readonly key: string },
  readFile: ReadFile,
  clock?: Clock,
): ClientCertificateSource {
  return keepFresh(async () => {
    const [cert, key] = await Promise.all([readFile(paths.cert), readFile(paths.key)]);
    // Throws where they do not belong together.
    createSecureContext({ cert, key });
    return { cert, key };
  }, clock);
}
