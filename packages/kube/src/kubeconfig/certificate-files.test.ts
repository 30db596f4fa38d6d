import { describe, expect, it } from 'vitest';
import { certificate, certificateKey, nextCertificate, nextCertificateKey } from '../testdata/certificate.ts';
import { ManualClock } from '../testdata/manual-clock.ts';
import { certificateFiles } from './certificate-files.ts';

describe('2.12 certificateFiles', () => {
  it('reads again after a minute, and takes a new pair when both its files are there', async () => {
    const clock = new ManualClock();
    const files: Record<string, string> = { 'tls.crt': certificate, 'tls.key': certificateKey };
    const read = (path: string): Promise<string> => Promise.resolve(files[path] ?? '');
    const source = certificateFiles({ cert: 'tls.crt', key: 'tls.key' }, read, clock);
    expect(await source()).toEqual({ cert: certificate, key: certificateKey });
    files['tls.crt'] = nextCertificate;
    await clock.advance(60_000);
    expect(await source()).toEqual({ cert: certificate, key: certificateKey });
    files['tls.key'] = nextCertificateKey;
    expect(await source({ refresh: true })).toEqual({ cert: nextCertificate, key: nextCertificateKey });
  });

  it('fails where there never was a pair', async () => {
    const source = certificateFiles({ cert: 'a', key: 'b' }, () => Promise.reject(new Error('no such file')));
    await expect(source()).rejects.toThrow('no such file');
  });
});
