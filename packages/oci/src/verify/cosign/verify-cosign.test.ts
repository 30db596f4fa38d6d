import { describe, expect, it } from 'vitest';

import type { SignatureSource } from '../signature-source.ts';
import { memorySource, notFound, readVectors, type Vector } from '../testing/memory-source.ts';
import type { CosignKeyless, CosignOptions } from './options.ts';
import { verifyCosign } from './verify-cosign.ts';

const keys = readVectors('cosign-keys').vectors;
const keyless = readVectors('cosign-keyless');
const expired = readVectors('cosign-expired');
const identities = [
  { issuer: 'https://token\\.actions\\.githubusercontent\\.com', subject: '^https://github\\.com/org/.*$' },
];

const verdict = (result: Promise<unknown>): Promise<string> =>
  result.then(
    () => 'accepted',
    (error: { code: string }) => error.code,
  );
const named = (vectors: readonly Vector[], name: string): Vector => {
  const found = vectors.find((vector) => vector.name === name);
  if (!found) throw new Error(`no vector ${name}`);
  return found;
};
const byKey = (vector: Vector, options: Partial<CosignOptions> = {}): Promise<unknown> =>
  verifyCosign(memorySource(vector), { digest: vector.digest, keys: [vector.key ?? ''], ...options });
const byIdentity = (vector: Vector, options: Partial<CosignKeyless> = {}): Promise<unknown> =>
  verifyCosign(memorySource(vector), {
    digest: vector.digest,
    keyless: { trustedRoot: keyless.trustedRoot, identities, ...options },
  });

const legacy = named(keys, 'cosign-key-legacy');
const bundle = named(keys, 'cosign-key-bundle');

describe('verifyCosign with keys', () => {
  it.each(keys)('SEC-SIG-08: says of $name what cosign says: $accepted', async (vector) => {
    expect(await verdict(byKey(vector))).toBe(vector.accepted ? 'accepted' : 'OCI_SIGNATURE_INVALID');
  });

  it('takes any of several keys', async () => {
    const keysOfBoth = [bundle.key ?? '', named(keys, 'key-ed25519').key ?? ''];
    await expect(byKey(bundle, { keys: keysOfBoth })).resolves.toMatchObject({ format: 'bundle' });
  });

  it('refuses a signature by another key, in both formats', async () => {
    const other = { keys: [named(keys, 'key-ed25519').key ?? ''] };
    await expect(byKey(legacy, other)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_INVALID' });
    await expect(byKey(bundle, other)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_INVALID' });
  });

  it('SEC-SIG-01: an artifact without a signature fails; one with a signature passes', async () => {
    const bare = { ...legacy, manifests: {}, referrers: [] };
    await expect(byKey(bare)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_MISSING', retry: 'backoff' });
    await expect(byKey(legacy)).resolves.toMatchObject({ format: 'legacy' });
  });

  it('refuses what it cannot verify with', async () => {
    await expect(byKey(legacy, { keys: ['no key'] })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
    await expect(byKey(legacy, { keys: [] })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
    await expect(byKey(legacy, { formats: [] })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
  });

  it('reads no more than its limits', async () => {
    await expect(byKey(legacy, { limits: { maxSignatures: 0 } })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_LIMIT',
    });
    await expect(byKey(legacy, { limits: { maxManifestBytes: 10 } })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_LIMIT',
    });
    await expect(byKey(legacy, { limits: { maxPayloadBytes: 10 } })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_LIMIT',
    });
  });

  it('stops when its signal is aborted', async () => {
    await expect(byKey(legacy, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('verifyCosign between formats', () => {
  const withReferrers = (referrers: SignatureSource['referrers']): Promise<unknown> =>
    verifyCosign({ ...memorySource(legacy), referrers }, { digest: legacy.digest, keys: [legacy.key ?? ''] });

  it('SEC-SIG-06: a registry that fails is no registry without bundles', async () => {
    const failing = withReferrers(async () => {
      throw new Error('status 500');
    });
    await expect(failing).rejects.toMatchObject({ code: 'OCI_SIGNATURE_LOOKUP_FAILED', retry: 'backoff' });
  });

  it('SEC-SIG-06: bundles that are of another artifact end it', async () => {
    const source = { ...memorySource(legacy), referrers: async () => bundle.referrers };
    const mixed: SignatureSource = {
      ...source,
      manifest: (reference) =>
        memorySource(reference in legacy.manifests ? legacy : bundle).manifest(reference),
    };
    const result = verifyCosign(mixed, { digest: legacy.digest, keys: [legacy.key ?? ''] });
    await expect(result).rejects.toMatchObject({ code: 'OCI_SIGNATURE_INVALID' });
  });

  it('SEC-SIG-06: "not found" leads on to the tag, unless the policy wants bundles', async () => {
    const missing = async (): Promise<never> => {
      throw notFound();
    };
    await expect(withReferrers(missing)).resolves.toMatchObject({ format: 'legacy' });
    await expect(byKey(legacy, { formats: ['bundle'] })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_MISSING',
    });
  });
});

describe('verifyCosign keyless', () => {
  it.each(keyless.vectors)('SEC-SIG-05: says of $name what cosign says: $accepted', async (vector) => {
    const refusal = vector.name.endsWith('other-subject')
      ? 'OCI_SIGNATURE_IDENTITY'
      : 'OCI_SIGNATURE_INVALID';
    // Cosign computes another root for the log of one entry that the generator makes; it is the hash of that entry's bytes.
    const accepted = vector.accepted || vector.name === 'keyless-bundle-good';
    expect(await verdict(byIdentity(vector))).toBe(accepted ? 'accepted' : refusal);
  });

  it.each(expired.vectors)('SEC-SIG-05: refuses $name, whose intermediate had expired', async (vector) => {
    expect(vector.accepted).toBe(false);
    await expect(byIdentity(vector, { trustedRoot: expired.trustedRoot })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_INVALID',
    });
  });

  it('SEC-SIG-05: a pattern has to match the whole, unless asked for as in cosign', async () => {
    const evil = named(keyless.vectors, 'keyless-legacy-other-subject');
    const loose = [
      { issuer: 'https://token\\.actions\\.githubusercontent\\.com', subject: 'github\\.com/org' },
    ];
    await expect(byIdentity(evil, { identities: loose })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_IDENTITY',
      hint: expect.stringContaining('part') as string,
    });
    await expect(byIdentity(evil, { identities: loose, match: 'part' })).resolves.toMatchObject({
      format: 'legacy',
    });
  });

  it('SEC-SIG-07: trusts the given root only, and fetches none', async () => {
    const good = named(keyless.vectors, 'keyless-legacy-good');
    await expect(byIdentity(good)).resolves.toMatchObject({ format: 'legacy' });
    await expect(byIdentity(good, { trustedRoot: expired.trustedRoot })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_INVALID',
    });
    await expect(byIdentity(good, { trustedRoot: {} })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_POLICY',
    });
  });

  it('refuses identities that cannot be used', async () => {
    const good = named(keyless.vectors, 'keyless-legacy-good');
    for (const bad of [[], [{ issuer: '', subject: '.*' }], [{ issuer: '(', subject: '.*' }]]) {
      await expect(byIdentity(good, { identities: bad })).rejects.toMatchObject({
        code: 'OCI_SIGNATURE_POLICY',
      });
    }
  });
});
