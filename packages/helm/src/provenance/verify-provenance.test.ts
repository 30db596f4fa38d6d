import { readFileSync, writeFileSync } from 'node:fs';
import { generateKey } from 'openpgp';
import { MemoryTree } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';
import { packageChart } from '../package/package-chart.ts';
import { ChartServer } from '../testing/chart-server.ts';
import { HelmProgram } from '../testing/helm-program.ts';
import { pullChart } from '../repository/pull-chart.ts';
import { signPackage } from './sign-package.ts';
import { verifyProvenance, type VerifyProvenanceInput } from './verify-provenance.ts';

/** What `tools/provenance-vectors` made with gpg and the Helm program. */
const file = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`./testdata/${name}`, import.meta.url)));
const fileName = 'web-1.0.0.tgz';
const data = file(fileName);

const verify = (
  provenance: string | Uint8Array,
  keyring = 'signer.gpg',
  more: Partial<VerifyProvenanceInput> = {},
) => verifyProvenance({ fileName, data, provenance, keyring: file(keyring), ...more });
const refusal = (message: string): unknown =>
  expect.objectContaining({ code: 'HELM_PROVENANCE_INVALID', message });
const text = (name: string): string => new TextDecoder().decode(file(name));

describe('verifyProvenance', () => {
  it('takes what the Helm program has signed', async () => {
    const verification = await verify(file('web-1.0.0.tgz.prov'));
    expect(verification).toEqual({
      fileName,
      fileHash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      signedBy: ['Signer <signer@example.com>'],
      fingerprint: expect.stringMatching(/^[0-9A-F]{40}$/),
      chartYaml: 'apiVersion: v2\ndescription: Signed\nname: web\nversion: 1.0.0\n',
    });
  });

  it('takes what gpg has signed, text around it, and an armored keyring', async () => {
    const around = `before\n${text('by-gpg.prov')}\nafter\n`;
    await expect(verify(around, 'signer.asc')).resolves.toBeDefined();
  });

  it('SEC-SIG-03: takes no key that is not in the keyring, has expired or was revoked, and no SHA-1', async () => {
    await expect(verify(file('other.prov'))).rejects.toThrow(
      refusal('openpgp: signature made by unknown entity'),
    );
    await expect(verify(file('expired.prov'), 'expired.gpg')).rejects.toThrow(
      refusal('openpgp: key expired'),
    );
    await expect(verify(file('revoked.prov'), 'revoked.gpg')).rejects.toThrow(
      refusal('openpgp: signature made by unknown entity'),
    );
    await expect(verify(file('sha1.prov'))).rejects.toThrow(
      expect.objectContaining({ message: expect.stringContaining('openpgp: invalid signature: ') }),
    );
  });

  it('takes a key that had not expired at the time that is asked about', async () => {
    const time = new Date('2024-01-15T00:00:00Z');
    await expect(verify(file('expired.prov'), 'expired.gpg', { time })).resolves.toBeDefined();
  });

  it('SEC-SIG-02: takes no text that was changed', async () => {
    const changed = text('by-gpg.prov').replace('name: web', 'name: wex');
    await expect(verify(changed)).rejects.toThrow(
      refusal("openpgp: invalid signature: hash tag doesn't match"),
    );
  });

  it('takes no other package and no other name', async () => {
    const wrong =
      /^sha256 sum does not match for web-1.0.0.tgz: "sha256:[0-9a-f]{64}" != "sha256:[0-9a-f]{64}"$/;
    await expect(verify(file('by-gpg.prov'), undefined, { data: Uint8Array.of(1) })).rejects.toThrow(wrong);
    await expect(verify(file('by-gpg.prov'), undefined, { fileName: 'x.tgz' })).rejects.toThrow(
      refusal('provenance does not contain a SHA for a file named "x.tgz"'),
    );
  });

  it.each([
    ['nothing', 'signature block not found'],
    ['-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\nx\n', 'signature block not found'],
  ])('SEC-SIG-01: %j is no signature', async (provenance, message) => {
    await expect(verify(provenance)).rejects.toThrow(refusal(message));
    await expect(verify(provenance, undefined, { dialect: 'v3' })).rejects.toThrow(
      refusal(`failed to decode signature: ${message}`),
    );
  });

  it('says what is wrong with a message that was signed', async () => {
    await expect(verify(file('one-part.prov'))).rejects.toThrow(
      refusal('message block must have at least two parts'),
    );
  });

  it('says what is wrong with a keyring', async () => {
    const keybox = new TextEncoder().encode('\0\0\0\x20\x01\x01\0\x02KBXf\0\0');
    const failure = await verify(file('by-gpg.prov'), undefined, { keyring: keybox }).catch(
      (error: Error) => error,
    );
    expect(failure).toMatchObject({
      code: 'HELM_PROVENANCE_INVALID',
      message: expect.stringContaining('failed to load keyring: '),
      hint: expect.stringContaining('gpg --export'),
    });
  });

  it('bounds the file', async () => {
    await expect(verify('x'.repeat(2 ** 21))).rejects.toThrow(
      expect.objectContaining({ code: 'HELM_LIMIT' }),
    );
  });
});

async function makeKeys(passphrase?: string): Promise<{ privateKey: string; publicKey: string }> {
  return generateKey({
    type: 'rsa',
    rsaBits: 2048,
    userIDs: [{ name: 'Maker', email: 'maker@example.com' }],
    ...(passphrase !== undefined && { passphrase }),
  });
}

describe('signPackage', () => {
  it('signs what verifyProvenance takes', async () => {
    const { privateKey, publicKey } = await makeKeys('secret');
    const { data: made, fileName: name } = await packageChart(
      MemoryTree.from({
        'Chart.yaml': 'apiVersion: v2\nname: web\nversion: 2.0.0\ndescription: "- dashes"\n',
      }),
    );
    const input = { fileName: name, data: made, keyring: privateKey };
    const provenance = await signPackage({ ...input, key: 'maker@', passphrase: 'secret' });
    expect(provenance).toContain('\nHash: SHA512\n');
    const { signedBy } = await verifyProvenance({ ...input, provenance, keyring: publicKey });
    expect(signedBy).toEqual(['Maker <maker@example.com>']);
    await expect(signPackage({ ...input, passphrase: 'wrong' })).rejects.toThrow(
      'private key checksum failure',
    );
    await expect(signPackage({ ...input, key: 'nobody' })).rejects.toThrow(refusal('private key not found'));
    await expect(signPackage({ ...input, keyring: publicKey })).rejects.toThrow(
      'provided key is not a private key',
    );
    await expect(signPackage({ ...input, keyring: file('signer.gpg') })).rejects.toThrow(
      'Try providing a keyring',
    );
  });

  it.skipIf(!HelmProgram.isThere('helm'))('signs what the Helm program takes', async () => {
    using helm = new HelmProgram('helm');
    const { privateKey, publicKey } = await generateKey({
      type: 'rsa',
      rsaBits: 2048,
      format: 'binary',
      userIDs: [{ name: 'Maker' }],
      config: { aeadProtect: false },
    });
    const provenance = await signPackage({ fileName, data, keyring: privateKey });
    writeFileSync(helm.path(fileName), data);
    writeFileSync(helm.path(`${fileName}.prov`), provenance);
    writeFileSync(helm.path('keys.gpg'), publicKey);
    expect(helm.run('verify', fileName, '--keyring', 'keys.gpg')).toContain('Signed by: Maker');
  });
});

describe('pullChart with verify', () => {
  const keyring = file('signer.gpg');

  it('fetches the provenance file beside the package and hands both over', async () => {
    await using server = await ChartServer.start();
    server.files.set(
      '/index.yaml',
      `apiVersion: v1\nentries: {web: [{name: web, version: 1.0.0, urls: [${fileName}]}]}\n`,
    );
    server.files.set(`/${fileName}`, data);
    const pull = () =>
      pullChart({
        repository: `${server.url}?token=x`,
        chart: 'web',
        fetch: server.fetch,
        verify: (each) => verifyProvenance({ ...each, keyring }),
      });
    await expect(pull()).rejects.toThrow(
      refusal(`failed to fetch provenance "${server.url}/${fileName}.prov?token=x"`),
    );
    server.files.set(`/${fileName}.prov`, file('web-1.0.0.tgz.prov'));
    expect((await pull()).verification).toMatchObject({ signedBy: ['Signer <signer@example.com>'] });
    server.files.set(`/${fileName}.prov`, file('other.prov'));
    await expect(pull()).rejects.toThrow('openpgp: signature made by unknown entity');
  });
});
