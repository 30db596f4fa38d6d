import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { silentLogger, systemClock } from '@gitops-toolkit/core';
import type { CertificatePair } from '@gitops-toolkit/core/certificate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { eventually } from '../../testing/test-cluster.ts';
import { ownCertificate } from '../../testing/review-client.ts';
import { certificateFiles } from './certificate-files.ts';

let folder: string;
let files: { cert: string; key: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certificates-'));
  files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key') };
});
afterEach(() => rm(folder, { recursive: true }));

const write = async ({ cert, key }: CertificatePair): Promise<void> => {
  await writeFile(files.cert, cert);
  await writeFile(files.key, key);
};

describe('2.9 certificates in files', () => {
  it('2.9 are looked at again and again, and taken over once certificate and key fit', async () => {
    const [first, second] = [ownCertificate(), ownCertificate()];
    await write(first);
    const changes: CertificatePair[] = [];
    const reads: boolean[] = [];
    const source = certificateFiles({ ...files, pollMs: 5 });
    await using open = await source.open({
      clock: systemClock,
      logger: silentLogger,
      onChange: (pair) => changes.push(pair),
      onRead: (ok) => reads.push(ok),
    });
    expect(open.pair).toEqual(first);
    await writeFile(files.cert, second.cert);
    await eventually(() => reads.includes(false), 'the halves do not fit');
    expect(changes).toEqual([]);
    await writeFile(files.key, second.key);
    await eventually(() => changes.length > 0, 'the new certificate is there');
    expect(changes).toEqual([second]);
  });

  it('2.9 are taken over when their folder changes, long before they would be looked at', async () => {
    const [first, second] = [ownCertificate(), ownCertificate()];
    await write(first);
    const changes: CertificatePair[] = [];
    await using open = await certificateFiles({ ...files, pollMs: 3_600_000 }).open({
      clock: systemClock,
      logger: silentLogger,
      onChange: (pair) => changes.push(pair),
      onRead: () => {},
    });
    expect(open.pair).toEqual(first);
    await write(second);
    await eventually(() => changes.length > 0, 'the new certificate is there');
    expect(changes.at(-1)).toEqual(second);
  });

  it('2.9 have to be there at the start', async () => {
    const environment = { clock: systemClock, logger: silentLogger, onChange: () => {}, onRead: () => {} };
    await expect(certificateFiles(files).open(environment)).rejects.toMatchObject({
      code: 'RUNTIME_CERTIFICATE_INVALID',
    });
  });
});
