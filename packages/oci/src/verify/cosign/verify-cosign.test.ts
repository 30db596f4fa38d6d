import { describe, expect, it } from 'vitest';

import type { SignatureSource } from '../signature-source.ts';
import { memorySource, notFound, readVectors, type Vector } from '../testing/memory-source.ts';
import type { CosignKeyless, CosignOptions } from './options.ts';
import { checkTrustedRoot } from './trusted-root.ts';
import { verifyCosign } from './verify-cosign.ts';

const keys = readVectors('cosign-keys').vectors;
const keyless = readVectors('cosign-keyless');
const expired = readVectors('cosign-expired');
const identities = [
  { issuer: 'https://token\\.actions\\.githubusercontent\\.com', subject: '^https://github\\.com/org/.*$' },
];

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
  const accepted = keys.filter((vector) => vector.accepted);
  const refused = keys.filter((vector) => !vector.accepted);

  it.each(accepted)('SEC-SIG-08: accepts $name, as cosign does (legitimate)', async (vector) => {
    await expect(byKey(vector)).resolves.toMatchObject({ format: expect.stringMatching(/legacy|bundle/) });
  });

  it.each(refused)('SEC-SIG-08: refuses $name, as cosign does', async (vector) => {
    await expect(byKey(vector)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_INVALID' });
  });

  it('SEC-SIG-08: refuses a signature that is shown for another artifact, in both formats', async () => {
    for (const vector of [legacy, bundle]) {
      const digest = `sha256:${'0'.repeat(64)}`;
      const tag = (text: string) => text.replace(vector.digest.replace(':', '-'), digest.replace(':', '-'));
      const manifests = Object.fromEntries(
        Object.entries(vector.manifests).map(([name, text]) => [tag(name), text]),
      );
      const result = byKey({ ...vector, manifests }, { digest });
      await expect(result).rejects.toMatchObject({ code: 'OCI_SIGNATURE_INVALID' });
    }
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

  it('SEC-SIG-01: an artifact without a signature fails', async () => {
    const bare = { ...legacy, manifests: {}, referrers: [] };
    await expect(byKey(bare)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_MISSING', retry: 'backoff' });
  });

  it('SEC-SIG-01: an artifact with a signature passes (legitimate)', async () => {
    await expect(byKey(legacy)).resolves.toMatchObject({ format: 'legacy' });
  });

  it('refuses what it cannot verify with', async () => {
    await expect(byKey(legacy, { keys: ['no key'] })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
    await expect(byKey(legacy, { keys: [] })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
    await expect(byKey(legacy, { formats: [] })).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
  });

  it('LIM-OCI-01: reads no more signatures, manifests and payloads than its limits', async () => {
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

  it.each(['OCI_STATUS', 'OCI_TIMEOUT', 'OCI_ANSWER_INVALID', 'OCI_AUTHENTICATION_FAILED'])(
    'SEC-SIG-06: a registry that fails (%s) is no registry without bundles',
    async (code) => {
      const failing = withReferrers(async () => {
        throw Object.assign(new Error('failed'), { code });
      });
      await expect(failing).rejects.toMatchObject({ code: 'OCI_SIGNATURE_LOOKUP_FAILED', retry: 'backoff' });
    },
  );

  it('SEC-SIG-06: a bundle that cannot be had is not one that is not there', async () => {
    for (const missing of ['manifest', 'blob'] as const) {
      const source = memorySource(bundle);
      const lost: SignatureSource = {
        ...source,
        ...(missing === 'manifest' && { manifest: async () => Promise.reject(notFound()) }),
        ...(missing === 'blob' && {
          // oxlint-disable-next-line require-yield -- it fails before the first piece
          blob: async function* () {
            throw notFound();
          },
        }),
      };
      const result = verifyCosign(lost, { digest: bundle.digest, keys: [bundle.key ?? ''] });
      await expect(result).rejects.toMatchObject({
        code: expect.stringMatching(/^OCI_SIGNATURE_(LOOKUP_FAILED|INVALID)$/),
      });
    }
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

  const missing = async (): Promise<never> => {
    throw notFound();
  };

  it('SEC-SIG-06: "not found" leads on to the tag (legitimate)', async () => {
    await expect(withReferrers(missing)).resolves.toMatchObject({ format: 'legacy' });
  });

  it('SEC-SIG-06: "not found" is the end where the policy wants bundles', async () => {
    const source = { ...memorySource(legacy), referrers: missing };
    const options = { digest: legacy.digest, keys: [legacy.key ?? ''], formats: ['bundle'] as const };
    await expect(verifyCosign(source, options)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_MISSING' });
    await expect(byKey(legacy, { formats: ['bundle'] })).rejects.toMatchObject({
      code: 'OCI_SIGNATURE_MISSING',
    });
  });
});

describe('verifyCosign keyless', () => {
  // Cosign computes another root for the log of one entry that the generator makes; it is the hash of that entry's bytes.
  const isGood = (vector: Vector) => vector.accepted || vector.name === 'keyless-bundle-good';

  it.each(keyless.vectors.filter(isGood))('SEC-SIG-05: accepts $name (legitimate)', async (vector) => {
    await expect(byIdentity(vector)).resolves.toMatchObject({
      format: expect.stringMatching(/legacy|bundle/),
    });
  });

  it.each(keyless.vectors.filter((vector) => !isGood(vector)))(
    'SEC-SIG-05: refuses $name, as cosign does',
    async (vector) => {
      const isOther = vector.name.endsWith('other-subject');
      await expect(byIdentity(vector)).rejects.toMatchObject({
        code: isOther ? 'OCI_SIGNATURE_IDENTITY' : 'OCI_SIGNATURE_INVALID',
      });
    },
  );

  it('SEC-SIG-05: refuses the right subject of another issuer', async () => {
    const [identity] = identities;
    const issuers = ['https://evil\\.example\\.com', 'token\\.actions', 'https://token'];
    for (const issuer of issuers) {
      const other = [{ issuer, subject: identity?.subject ?? '' }];
      await expect(
        byIdentity(named(keyless.vectors, 'keyless-legacy-good'), { identities: other }),
      ).rejects.toMatchObject({ code: 'OCI_SIGNATURE_IDENTITY' });
    }
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

  it('SEC-SIG-07: trusts the root that it is given (legitimate)', async () => {
    const good = named(keyless.vectors, 'keyless-legacy-good');
    await expect(byIdentity(good)).resolves.toMatchObject({ format: 'legacy' });
  });

  it('SEC-SIG-07: trusts no other root, and fetches none', async () => {
    const good = named(keyless.vectors, 'keyless-legacy-good');
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

describe('checkTrustedRoot', () => {
  it('takes a root as an object or its text', async () => {
    await expect(checkTrustedRoot(keyless.trustedRoot)).resolves.toBeUndefined();
    await expect(checkTrustedRoot(JSON.stringify(keyless.trustedRoot))).resolves.toBeUndefined();
  });

  it.each(['', 'no JSON', '[]', '{}', '{"certificateAuthorities": [{}]}'])('refuses %j', async (text) => {
    await expect(checkTrustedRoot(text)).rejects.toMatchObject({ code: 'OCI_SIGNATURE_POLICY' });
  });
});
