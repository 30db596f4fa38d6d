import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Clock, errorMessage, type Logger, sleep } from '@gitops-toolkit/core';
import { SourceError } from '../errors.ts';

/** The certificate of a server, in files that are looked at again and again, as they are when a Secret is mounted. */
export interface ServerTls {
  /** Path of the certificate in PEM, with those between it and the authority behind it. */
  readonly certFile: string;
  /** Path of its key in PEM. */
  readonly keyFile: string;
  /** How often the files are looked at. @default 10000 */
  readonly reloadMs?: number;
}

/** What the files hold, in PEM. */
export interface ServerCertificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Reads a certificate and its key.
 *
 * @throws `ARTIFACT_CERTIFICATE_INVALID` where a file is missing, or the two do not fit, as while they are being replaced.
 */
export async function readCertificate({ certFile, keyFile }: ServerTls): Promise<ServerCertificate> {
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw new Error('the key is that of another certificate');
    return { cert, key };
  } catch (cause) {
    throw new SourceError(
      'ARTIFACT_CERTIFICATE_INVALID',
      `cannot serve with the certificate of ${certFile}: ${errorMessage(cause)}`,
      { cause, hint: 'Both files are PEM: the certificate, and the key that it was made for.' },
    );
  }
}

/** Calls back whenever the files have come to hold another certificate, until the signal ends it. What is written halfway is passed over. */
export async function watchCertificate(
  tls: ServerTls,
  options: {
    readonly known: ServerCertificate;
    readonly onChange: (certificate: ServerCertificate) => void;
    readonly clock: Clock;
    readonly logger: Logger;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { onChange, clock, logger, signal } = options;
  let { known } = options;
  while (!signal.aborted) {
    await sleep(tls.reloadMs ?? 10_000, { clock, signal }).catch(() => {});
    if (signal.aborted) return;
    try {
      const found = await readCertificate(tls);
      if (found.cert === known.cert && found.key === known.key) continue;
      onChange(found);
      known = found;
      logger.info('took over a new certificate', { file: tls.certFile });
    } catch (error) {
      logger.error('cannot take over a certificate', { error });
    }
  }
}
