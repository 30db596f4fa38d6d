import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { GitRepository } from '@gitops-toolkit/api';
import type { KubeObject } from '@gitops-toolkit/core';
import { createSshKey, findProgram, serveHttp, startSshd } from '@gitops-toolkit/envtest/servers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Line } from '../testing/line.ts';

const files = { 'a.yaml': 'a: 1\n' };
const hasPrograms = ['git', 'sshd', 'ssh-keygen'].every((name) => findProgram(name) !== undefined);
const statusOf = (object: KubeObject) => (object as GitRepository).status;
const conditionOf = (object: KubeObject, type: string) =>
  statusOf(object)?.conditions?.find((condition) => condition.type === type);

const secret = (name: string, stringData: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace: 'default', name },
  data: Object.fromEntries(
    Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
  ),
});

describe.skipIf(!hasPrograms)('a GitRepository over SSH, with commits that are signed', () => {
  it('is fetched by the key of its Secret, and only where the commit is signed', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'signed-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const key = await createSshKey();
    await writeFile(path.join(folder, 'key'), key.identity, { mode: 0o600 });
    const work = path.join(folder, 'app');
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    const git = async (...args: string[]) => {
      const identity = [
        '-c',
        'user.name=A',
        '-c',
        'user.email=a@example.com',
        '-c',
        'gpg.format=ssh',
        '-c',
        `user.signingkey=${path.join(folder, 'key')}`,
      ];
      await promisify(execFile)('git', ['-C', folder, ...identity, ...args], { env });
    };
    await git('init', '-q', '-b', 'main', work);
    await git('-C', work, 'commit', '-q', '-S', '--allow-empty', '-m', 'signed');
    const sshd = await startSshd({ authorizedKeys: key.publicKey });
    if (!sshd) return;
    onTestFinished(() => sshd[Symbol.asyncDispose]());
    await using line = await Line.start({ files });
    const knownHosts = sshd.hostKeys.map((host) => `[127.0.0.1]:${sshd.port} ${host}\n`).join('');
    await line.client.create(secret('ssh', { identity: key.identity, known_hosts: knownHosts }));
    await line.client.create(secret('signers', { 'team.sshpub': key.publicKey }));
    await line.deploy({
      git: {
        url: `ssh://${sshd.user}@127.0.0.1:${sshd.port}${work}`,
        secretRef: { name: 'ssh' },
        verify: { mode: 'HEAD', secretRef: { name: 'signers' } },
      },
    });
    const ready = await line.untilReady('GitRepository', 'True');
    expect(conditionOf(ready, 'SourceVerified')).toMatchObject({ status: 'True', reason: 'Succeeded' });
    expect(statusOf(ready)?.sourceVerificationMode).toBe('HEAD');
    const revision = statusOf(ready)?.artifact?.revision;

    await git('-C', work, 'commit', '-q', '--allow-empty', '-m', 'not signed');
    await line.runAgain('GitRepository');
    const refused = await line.untilReady('GitRepository', 'False', { reason: 'InvalidCommitSignature' });
    expect(conditionOf(refused, 'SourceVerified')).toMatchObject({ status: 'False' });
    // What was verified stays.
    expect(statusOf(refused)?.artifact?.revision).toBe(revision);

    const verify = { mode: 'Tag', secretRef: { name: 'signers' } };
    await line.client.patch(line.ref('GitRepository'), { type: 'merge', body: { spec: { verify } } });
    await line.untilReady('GitRepository', 'False', { reason: 'InvalidVerificationMode' });
  });
});

describe('a GitRepository of a GitHub App', () => {
  it('is fetched with a token of the installation', async () => {
    const api = await serveHttp((_, response) =>
      response.end(JSON.stringify({ token: 'ghs_1', expires_at: '2099-01-01T00:00:00Z' })),
    );
    onTestFinished(() => api[Symbol.asyncDispose]());
    await using line = await Line.start({ files, auth: { username: 'x-access-token', password: 'ghs_1' } });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const app = {
      githubAppID: '1',
      githubAppInstallationID: '2',
      githubAppPrivateKey: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
      githubAppBaseURL: api.url,
    };
    await line.client.create(secret('app', app));
    await line.deploy({ git: { secretRef: { name: 'app' } } });
    await line.untilReady('GitRepository', 'False', { reason: 'InvalidProviderConfiguration' });
    await line.client.patch(line.ref('GitRepository'), {
      type: 'merge',
      body: { spec: { provider: 'github' } },
    });
    await line.untilReady('GitRepository', 'True');
  });
});
