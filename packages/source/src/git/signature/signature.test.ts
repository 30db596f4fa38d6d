import { createSshKey, findProgram, type SshKeyPair } from '@gitops-toolkit/envtest/servers';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { git, hasGit } from '../../testing/run-git.ts';
import { fetchGit } from '../git-fetcher.ts';
import { type GitSignatureKeys, gitSignatureKeys } from './signature-keys.ts';
import { type GitVerificationMode, type VerifiableRevision, verifyRevision } from './verify-signature.ts';

const hasTools = hasGit && ['gpg', 'ssh-keygen'].every((name) => findProgram(name) !== undefined);
const run = promisify(execFile);
/** gpg's clock may be ahead of ours by the part of a second that it leaves out. */
const soon = () => ({ now: Date.now() + 1000 });

describe.skipIf(!hasTools)('signatures that git makes', () => {
  let folder: string;
  let work: string;
  let ssh: SshKeyPair;
  let sshFile: string;
  let otherSsh: SshKeyPair;
  const gpg = (...args: string[]) =>
    run('gpg', [
      '--homedir',
      join(folder, 'gpg'),
      '--batch',
      '--passphrase',
      '',
      '--pinentry-mode',
      'loopback',
      ...args,
    ]);
  const ring = async (name: string) => (await gpg('--armor', '--export', name)).stdout;
  const newGpgKey = (name: string, expires = 'never') =>
    gpg('--quick-gen-key', `${name} <${name}@example.com>`, 'ed25519', 'sign', expires);
  const byGpg = (name: string) => [
    '-c',
    `gpg.program=${join(folder, 'gpg.sh')}`,
    '-c',
    `user.signingkey=${name}@example.com`,
  ];
  const bySsh = () => ['-c', 'gpg.format=ssh', '-c', `user.signingkey=${sshFile}`];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'signed-'));
    await run('mkdir', ['-m', '700', join(folder, 'gpg')]);
    await writeFile(
      join(folder, 'gpg.sh'),
      `#!/bin/sh\nexec gpg --homedir ${join(folder, 'gpg')} --batch "$@"\n`,
    );
    await chmod(join(folder, 'gpg.sh'), 0o755);
    [ssh, otherSsh] = await Promise.all([createSshKey(), createSshKey()]);
    sshFile = join(folder, 'id');
    await writeFile(sshFile, ssh.identity, { mode: 0o600 });
    await writeFile(`${sshFile}.pub`, ssh.publicKey);
    await newGpgKey('alice');
    await newGpgKey('mallory');
    work = join(folder, 'work');
    await git('init', '-q', '-b', 'main', work);
    await writeFile(join(work, 'a.yaml'), 'a: 1\n');
    await git('-C', work, 'add', '-A');
  });
  afterAll(async () => {
    await run('gpgconf', ['--homedir', join(folder, 'gpg'), '--kill', 'gpg-agent']).catch(() => {});
    await rm(folder, { recursive: true, force: true });
  });

  let counter = 0;
  /** A commit of its own, as the repository has it. */
  async function commit(...signing: string[]): Promise<VerifiableRevision & { algorithm: 'sha1' }> {
    await git(
      '-C',
      work,
      ...signing,
      'commit',
      '-q',
      '--allow-empty',
      ...(signing.length > 0 ? ['-S'] : []),
      '-m',
      `No. ${counter++}`,
    );
    return read('HEAD');
  }
  async function read(ref: string, tagRef?: string): Promise<VerifiableRevision & { algorithm: 'sha1' }> {
    const id = await git('-C', work, 'rev-parse', `${ref}^{commit}`);
    const object = async (name: string, type: string) =>
      (await run('git', ['-C', work, 'cat-file', type, name], { encoding: 'buffer' })).stdout;
    const tag =
      tagRef === undefined
        ? undefined
        : { id: await git('-C', work, 'rev-parse', tagRef), raw: await object(tagRef, 'tag') };
    return {
      commit: { id, raw: await object(id, 'commit') },
      name: tagRef ?? 'main',
      algorithm: 'sha1',
      ...(tag && { tag }),
    };
  }
  const pgpKeys = async (...names: string[]): Promise<GitSignatureKeys> =>
    gitSignatureKeys(
      Object.fromEntries(await Promise.all(names.map(async (name) => [`${name}.asc`, await ring(name)]))),
    );
  const sshKeys = (...pairs: SshKeyPair[]) =>
    gitSignatureKeys({ 'team.sshpub': pairs.map(({ publicKey }) => publicKey).join('') });
  const verify = (
    revision: VerifiableRevision,
    keys: GitSignatureKeys,
    mode: GitVerificationMode = 'HEAD',
    now = soon(),
  ) => verifyRevision(revision, { mode, keys }, now);

  it('SEC-SIG-01: are verified, of commits and tags, by OpenPGP and by SSH (legitimate)', async () => {
    const keys = { ...(await pgpKeys('mallory', 'alice')), ssh: sshKeys(otherSsh, ssh).ssh };
    for (const [i, signing] of [byGpg('alice'), bySsh()].entries()) {
      const revision = await commit(...signing);
      expect((await verify(revision, keys)).commit).toMatch(i === 0 ? /^[0-9A-F]{40}$/ : /^SHA256:/);
      await git('-C', work, ...signing, 'tag', '-s', '-m', 'signed', `v1.${i}.0`);
      const tagged = await read('HEAD', `v1.${i}.0`);
      const signers = await verify(tagged, keys, 'TagAndHEAD');
      expect(signers.tag).toBe(signers.commit);
    }
  });

  it('SEC-SIG-01: are missed where there are none: GIT_SIGNATURE_MISSING', async () => {
    const keys = sshKeys(ssh);
    const revision = await commit();
    await expect(verify(revision, keys)).rejects.toMatchObject({ code: 'GIT_SIGNATURE_MISSING' });
    await git('-C', work, 'tag', '-a', '-m', 'not signed', 'v2.0.0');
    await git('-C', work, 'tag', 'v2.1.0');
    await expect(verify(await read('HEAD', 'v2.0.0'), keys, 'Tag')).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_MISSING',
    });
    await expect(verify({ ...revision, name: 'v2.1.0' }, keys, 'Tag')).rejects.toThrow(/no annotated tag/);
    await expect(verify(revision, keys, 'TagAndHEAD')).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_MISSING',
    });
  });

  it('SEC-SIG-03: by others prove nothing: GIT_SIGNATURE_INVALID', async () => {
    const [pgp, byKey] = [await commit(...byGpg('alice')), await commit(...bySsh())];
    await expect(verify(pgp, await pgpKeys('mallory'))).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_INVALID',
      message: expect.stringContaining('which may not sign'),
    });
    await expect(verify(byKey, sshKeys(otherSsh))).rejects.toThrow(/which may not sign/);
    await expect(verify(pgp, sshKeys(ssh))).rejects.toMatchObject({ code: 'GIT_SIGNATURE_INVALID' });
    await expect(verify(byKey, await pgpKeys('alice'))).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_INVALID',
    });
  });

  it('SEC-SIG-03: by a key that has expired since, or was revoked, prove nothing', async () => {
    await newGpgKey('bob', '1d');
    const revision = await commit(...byGpg('bob'));
    const keys = await pgpKeys('bob');
    expect((await verify(revision, keys)).commit).toBeDefined();
    const later = { now: Date.now() + 3 * 86_400_000 };
    await expect(verify(revision, keys, 'HEAD', later)).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_INVALID',
    });
    const { stdout } = await gpg('--with-colons', '--list-keys', 'bob');
    const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1] ?? '';
    const revocation = await run('sed', [
      's/^:---/---/',
      join(folder, 'gpg', 'openpgp-revocs.d', `${fingerprint}.rev`),
    ]);
    await writeFile(join(folder, 'bob.rev'), revocation.stdout);
    await gpg('--import', join(folder, 'bob.rev'));
    await expect(verify(revision, await pgpKeys('bob'))).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_INVALID',
    });
  });

  it('SEC-SIG-03: by SHA-1 prove nothing', async () => {
    await gpg('--quick-gen-key', 'weak <weak@example.com>', 'rsa2048', 'sign', 'never');
    await writeFile(
      join(folder, 'weak.sh'),
      `#!/bin/sh\nexec gpg --homedir ${join(folder, 'gpg')} --batch --digest-algo SHA1 --allow-weak-digest-algos "$@"\n`,
    );
    await chmod(join(folder, 'weak.sh'), 0o755);
    const revision = await commit(
      '-c',
      `gpg.program=${join(folder, 'weak.sh')}`,
      '-c',
      'user.signingkey=weak@example.com',
    );
    await expect(verify(revision, await pgpKeys('weak'))).rejects.toThrow(/not good/);
    expect((await verify(await commit(...byGpg('weak')), await pgpKeys('weak'))).commit).toBeDefined();
  });

  it('SEC-SIG-03: for something else than git prove nothing', async () => {
    const revision = await commit(...bySsh());
    const payload = join(folder, 'payload');
    const { signedCommit } = await import('./signed-object.ts');
    await writeFile(payload, signedCommit(revision.commit.raw, 'sha1').payload);
    await run('ssh-keygen', ['-Y', 'sign', '-n', 'file', '-f', sshFile, payload]);
    const { stdout: armor } = await run('cat', [`${payload}.sig`]);
    const text = Buffer.from(revision.commit.raw).toString('latin1');
    const [head = '', tail = ''] = text.split(/gpgsig -----BEGIN[^]*?END SSH SIGNATURE-----\n/);
    const forged = `${head}gpgsig ${armor.trim().replaceAll('\n', '\n ')}\n${tail}`;
    const raw = Buffer.from(forged, 'latin1');
    await expect(verify({ ...revision, commit: { id: 'x', raw } }, sshKeys(ssh))).rejects.toThrow(
      /is for "file", not for git/,
    );
  });

  it('SEC-SIG-02: hold for the bytes that the repository has, and no others', async () => {
    const keys = { ...(await pgpKeys('alice')), ssh: sshKeys(ssh).ssh };
    for (const signing of [byGpg('alice'), bySsh()]) {
      const revision = await commit(...signing);
      const text = Buffer.from(revision.commit.raw).toString('latin1');
      const forgeries: [string, (raw: string) => string][] = [
        [
          'another tree',
          (raw) =>
            raw.replace(/^tree [0-9a-f]/, (start) => start.slice(0, -1) + (start.endsWith('0') ? '1' : '0')),
        ],
        ['another message', (raw) => `${raw}!`],
        ['a second tree', (raw) => raw.replace(/^(tree .*\n)/, '$1$1')],
        ['a second author', (raw) => raw.replace(/^(author .*\n)/m, '$1$1')],
        ['a second signature', (raw) => raw.replace(/^gpgsig /m, 'gpgsig-sha256 x\ngpgsig ')],
        [
          'the same signature twice',
          (raw) => raw.replace(/(gpgsig [^]*?-----END [A-Z]+ SIGNATURE-----\n)/, '$1$1'),
        ],
        ['a tag that was merged', (raw) => raw.replace(/^author /m, 'mergetag object x\nauthor ')],
        ['a NUL byte', (raw) => raw.replace(/^author /m, 'author \0')],
        ['a header before the tree', (raw) => `x y\n${raw}`],
        ['a header after', (raw) => raw.replace('\n\n', '\nencoding x\n\n')],
      ];
      for (const [what, forge] of forgeries) {
        const raw = Buffer.from(forge(text), 'latin1');
        const forged = { ...revision, commit: { id: 'x', raw } };
        const outcome = await verify(forged, keys).catch((error: unknown) => error);
        expect([what, outcome]).toMatchObject([what, { code: 'GIT_SIGNATURE_INVALID' }]);
      }
    }
  });

  it('SEC-SIG-02: hold whatever the message holds (legitimate)', async () => {
    await git(
      '-C',
      work,
      ...bySsh(),
      'commit',
      '-q',
      '--allow-empty',
      '-S',
      '-m',
      'gpgsig x\n\ntree 1\ntree 2\n\n-----BEGIN PGP SIGNATURE-----\n',
    );
    expect((await verify(await read('HEAD'), sshKeys(ssh))).commit).toBeDefined();
  });

  it('SEC-SIG-04: of a tag hold for its commit and its name alone', async () => {
    const keys = sshKeys(ssh);
    await commit();
    await git('-C', work, ...bySsh(), 'tag', '-s', '-m', 'signed', 'v3.0.0');
    const tagged = await read('HEAD', 'v3.0.0');
    await expect(verify({ ...tagged, name: 'v4.0.0' }, keys, 'Tag')).rejects.toThrow(/is called "v3.0.0"/);
    const moved = await commit();
    await expect(verify({ ...tagged, commit: moved.commit }, keys, 'Tag')).rejects.toThrow(
      /not of the commit/,
    );
    await git('-C', work, ...bySsh(), 'tag', '-s', '-m', 'of a tag', 'v3.1.0', 'v3.0.0');
    await expect(verify(await read('v3.1.0', 'v3.1.0'), keys, 'Tag')).rejects.toThrow(/but of the tag/);
  });

  it('SEC-SIG-04: of a tag are enough where the tag is asked for (legitimate)', async () => {
    await commit();
    await git('-C', work, ...bySsh(), 'tag', '-s', '-m', 'signed', 'v5.0.0');
    const tagged = await read('HEAD', 'v5.0.0');
    expect((await verify({ ...tagged, name: 'refs/tags/v5.0.0' }, sshKeys(ssh), 'Tag')).tag).toBeDefined();
    await expect(verify(tagged, sshKeys(ssh), 'TagAndHEAD')).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_MISSING',
    });
  });

  it('are checked before anything of a fetch is given out', async () => {
    await commit(...bySsh());
    await git('-C', work, ...bySsh(), 'tag', '-s', '-m', 'signed', 'v6.0.0');
    const keys = sshKeys(ssh);
    const options = { allowLocal: true } as const;
    const fetched = await fetchGit(
      { url: work, tag: 'v6.0.0' },
      { ...options, verify: { mode: 'TagAndHEAD', keys } },
    );
    expect(fetched.signers).toMatchObject({
      commit: expect.stringMatching(/^SHA256:/),
      tag: fetched.signers?.commit,
    });
    await commit();
    await expect(
      fetchGit({ url: work, branch: 'main' }, { ...options, verify: { mode: 'HEAD', keys } }),
    ).rejects.toMatchObject({
      code: 'GIT_SIGNATURE_MISSING',
    });
  });

  it('are made by keys of every kind', async () => {
    for (const options of [
      { type: 'ecdsa', bits: 256 },
      { type: 'ecdsa', bits: 384 },
      { type: 'ecdsa', bits: 521 },
      { type: 'rsa', bits: 3072 },
    ] as const) {
      const pair = await createSshKey(options);
      const file = join(folder, `key-${options.type}-${options.bits}`);
      await writeFile(file, pair.identity, { mode: 0o600 });
      await writeFile(`${file}.pub`, pair.publicKey);
      const revision = await commit('-c', 'gpg.format=ssh', '-c', `user.signingkey=${file}`);
      expect((await verify(revision, sshKeys(pair))).commit).toMatch(/^SHA256:/);
    }
  });
});

describe('the keys that may sign', () => {
  const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMWoTEXMRhMgMVUdnLGqVVN0Ry4Uq9oHK2hk7JfW9mpS me';

  it('SEC-SIG-03: are lines of authorized_keys without options (legitimate)', () => {
    expect(gitSignatureKeys({ 'a.sshpub': `# team\n${line}\n\n${line}\n` }).ssh).toHaveLength(2);
  });

  it.each([
    ['options', { 'a.sshpub': `cert-authority ${line}` }],
    ['a command', { 'a.sshpub': `command="x" ${line}` }],
    ['another type than it says', { 'a.sshpub': line.replace('ssh-ed25519', 'ssh-rsa') }],
    ['nothing', {}],
    ['an empty ring', { 'a.asc': ' ' }],
  ])('SEC-SIG-03: are refused with %s: GIT_SIGNATURE_KEYS_INVALID', (_, data: Record<string, string>) => {
    expect(() => gitSignatureKeys(data)).toThrow(
      expect.objectContaining({ code: 'GIT_SIGNATURE_KEYS_INVALID' }),
    );
  });
});
