import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { errorMessage } from '@gitops-toolkit/core';
import type { CertificatePair } from '@gitops-toolkit/core/certificate';

import { RuntimeError } from '../../errors.ts';
import type { CertificateSource } from './certificate-source.ts';
import { repeat } from './repeat.ts';
import { watchFolders } from './watch-folders.ts';

/** Where certificates are on disk. */
export interface CertificateFilesOptions {
  /** The certificate in PEM, with those between it and the authority behind it. */
  readonly cert: string;
  /** Its key in PEM. */
  readonly key: string;
  /** How often the files are looked at, beside when their folder changes. @default 10 000 */
  readonly pollMs?: number;
}

/**
 * Certificates in files, as cert-manager and mounted Secrets bring them. New ones are taken over without a restart, once
 * certificate and key fit; what is written halfway is looked at again later.
 */
export function certificateFiles(options: CertificateFilesOptions): CertificateSource {
  return {
    async open({ clock, logger, onChange, onRead }) {
      const read = async (): Promise<CertificatePair> => {
        try {
          const pair = await readPair(options);
          onRead(true);
          return pair;
        } catch (error) {
          onRead(false);
          throw error;
        }
      };
      const pair = await read();
      let latest = pair;
      const look = async (): Promise<void> => {
        const found = await read();
        if (found.cert === latest.cert && found.key === latest.key) return;
        latest = found;
        logger.info('took over a new certificate', { file: options.cert });
        onChange(found);
      };
      const what = 'reading the certificate';
      const watching = repeat(look, { everyMs: options.pollMs ?? 10_000, clock, logger, what });
      const folders = watchFolders([dirname(options.cert), dirname(options.key)], () => watching.hurry());
      return {
        pair,
        async [Symbol.asyncDispose]() {
          folders[Symbol.dispose]();
          await watching[Symbol.asyncDispose]();
        },
      };
    },
  };
}

async function readPair(options: CertificateFilesOptions): Promise<CertificatePair> {
  try {
    const [cert, key] = await Promise.all([readFile(options.cert, 'utf8'), readFile(options.key, 'utf8')]);
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw new Error('the key is that of another certificate');
    return { cert, key };
  } catch (error) {
    const message = `no certificate in ${options.cert} and ${options.key}: ${errorMessage(error)}`;
    throw new RuntimeError('RUNTIME_CERTIFICATE_INVALID', message, { cause: error });
  }
}
