import { describe, expect, it } from 'vitest';

import { memorySource, readVectors, type Vector } from '../testing/memory-source.ts';
import { decodeCbor } from './cbor.ts';
import type { NotationOptions, NotationResult } from './options.ts';
import { verifyNotation } from './verify-notation.ts';

const { vectors, roots = [], now = 0 } = readVectors('notation');
const statement = {
  name: 'all',
  registryScopes: ['*'],
  signatureVerification: { level: 'strict' } as object,
  trustStores: ['ca:example', 'signingAuthority:example'],
  trustedIdentities: ['*'],
};
const policyOf = (...statements: object[]): object => ({ version: '1.0', trustPolicies: statements });
const named = (name: string): Vector => {
  const found = vectors.find((vector) => vector.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
};
const verifyVector = (vector: Vector, options: Partial<NotationOptions> = {}): Promise<NotationResult> =>
  verifyNotation(memorySource(vector), {
    reference: 'registry.example.com/app:v1',
    digest: vector.digest,
    trustPolicy: policyOf(statement),
    certificates: { '*': roots },
    now: () => now,
    ...options,
  });
const REFUSALS: Readonly<Record<string, string>> = {
  untrusted: 'OCI_SIGNATURE_IDENTITY',
  crl: 'OCI_SIGNATURE_REVOCATION',
};
const good = named('notation-jose-rsa');

describe('verifyNotation', () => {
  // notation-go lets a critical attribute pass that nobody knows; the specification does not.
  const isGood = (vector: Vector) => vector.accepted && !vector.name.endsWith('-critical');

  it.each(vectors.filter(isGood))(
    'SEC-SIG-09: accepts $name, as notation-go does (legitimate)',
    async (vector) => {
      await expect(verifyVector(vector)).resolves.toMatchObject({ policy: 'all' });
    },
  );

  it.each(vectors.filter((vector) => !isGood(vector)))('SEC-SIG-09: refuses $name', async (vector) => {
    const code = REFUSALS[vector.name.replace(/^.*-/, '')] ?? 'OCI_SIGNATURE_INVALID';
    await expect(verifyVector(vector)).rejects.toMatchObject({ code });
  });

  it('SEC-SIG-01: an artifact without a signature fails at every level but skip', async () => {
    const bare = { ...good, referrers: [] };
    await expect(verifyVector(bare)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_MISSING' });
    const skip = { name: 'skip', registryScopes: ['*'], signatureVerification: { level: 'skip' } };
    await expect(verifyVector(bare, { trustPolicy: policyOf(skip) })).resolves.toMatchObject({
      skipped: true,
    });
  });

  it('SEC-SIG-09: the statement that names the repository comes before *', async () => {
    const other = {
      ...statement,
      name: 'app',
      registryScopes: ['registry.example.com/app'],
      trustedIdentities: ['x509.subject: C=US, ST=WA, O=Nobody'],
    };
    const trustPolicy = policyOf(statement, other);
    await expect(verifyVector(good, { trustPolicy })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_IDENTITY',
    });
    await expect(
      verifyVector(good, { trustPolicy, reference: 'registry.example.com:5000/app:v1' }),
    ).resolves.toMatchObject({ policy: 'all' });
  });

  it('SEC-SIG-09: a repository in no scope is not let through', async () => {
    const trustPolicy = policyOf({ ...statement, registryScopes: ['registry.example.com/other'] });
    await expect(verifyVector(good, { trustPolicy })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
  });

  it('logs at the level permissive what strict refuses', async () => {
    const permissive = policyOf({ ...statement, signatureVerification: { level: 'permissive' } });
    const result = await verifyVector(named('notation-jose-expired'), { trustPolicy: permissive });
    expect(result.warnings.map(({ check }) => check)).toEqual(['expiry']);
    const again = policyOf({
      ...statement,
      signatureVerification: { level: 'permissive', override: { expiry: 'enforce' } },
    });
    await expect(verifyVector(named('notation-jose-expired'), { trustPolicy: again })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_INVALID',
    });
  });

  it('SEC-SIG-09: a certificate whose revocation cannot be known passes where the policy says so (legitimate)', async () => {
    const trustPolicy = policyOf({
      ...statement,
      signatureVerification: { level: 'strict', override: { revocation: 'log' } },
    });
    const result = await verifyVector(named('notation-jose-crl'), { trustPolicy });
    expect(result.warnings.map(({ check }) => check)).toEqual(['revocation']);
  });

  it('refuses certificates that are not valid now', async () => {
    await expect(verifyVector(good, { now: () => now + 1e14 })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_INVALID',
    });
  });

  it.each([
    ['no version', { trustPolicies: [statement] }],
    ['two statements for *', policyOf(statement, { ...statement, name: 'again' })],
    ['an unknown level', policyOf({ ...statement, signatureVerification: { level: 'none' } })],
    [
      'an override of integrity',
      policyOf({ ...statement, signatureVerification: { level: 'strict', override: { integrity: 'skip' } } }),
    ],
    ['a store without a type', policyOf({ ...statement, trustStores: ['example'] })],
    ['an identity without O', policyOf({ ...statement, trustedIdentities: ['x509.subject: C=US, ST=WA'] })],
  ])('refuses a policy with %s', async (_what, trustPolicy) => {
    await expect(verifyVector(good, { trustPolicy })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
  });
});

describe('decodeCbor', () => {
  it.each([
    ['a length beyond the end', '5affffffff'],
    ['a count beyond the end', '9b7fffffffffffffff'],
    ['an indefinite length', '5f4100ff'],
    ['a key twice', 'a201000100'],
    ['bytes after its end', '0000'],
    ['too many levels', '81'.repeat(40)],
  ])('refuses %s', (_what, hex) => {
    expect(() => decodeCbor(Buffer.from(hex, 'hex'))).toThrow(
      expect.objectContaining({ code: 'OCI_SIGNATURE_INVALID' }),
    );
  });
});
