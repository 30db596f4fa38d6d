import { digestOf, MemoryTree } from '@gitops-toolkit/core';
import { packArchive } from '@gitops-toolkit/core/node';
import { createAuthority, serveHttp, type TestCertificate } from '@gitops-toolkit/envtest/servers';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactDigestAlgorithm, parseDigestAlgorithm } from '../artifact/artifact-digest.ts';
import { fetchArtifact } from '../artifact/fetch-artifact.ts';
import { TreeCache } from '../artifact/tree-cache.ts';
import { serve } from '../testing/serve.ts';
import type { Artifact } from './artifact.ts';
import { type ArtifactServer, startArtifactServer } from './artifact-server.ts';
import { ArtifactStorage } from './artifact-storage.ts';

const OWNER = { kind: 'GitRepository', namespace: 'apps', name: 'podinfo' };
const FOLDER = 'gitrepository/apps/podinfo';
const tree = MemoryTree.from({ 'app.yaml': 'kind: Deployment\n', 'large.txt': 'line\n'.repeat(100_000) });

let root: string;
let storage: ArtifactStorage;
let server: ArtifactServer;
let artifact: Artifact;

const store = (file: string, from = storage, content: AsyncIterable<Uint8Array> = packArchive(tree)) =>
  from.store(OWNER, { revision: 'main', file, content, alias: 'latest.tar.gz' });
const fetched = (url: string, digest = artifact.digest, options = {}) =>
  fetchArtifact(url, { digest, retries: 0, ...options });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'security-'));
  storage = new ArtifactStorage({ root, host: () => new URL(server.url).host });
  server = await startArtifactServer({ storage });
  artifact = await store('a.tar.gz');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await rm(root, { recursive: true });
});

/** Sends a request line as it is, which `fetch` would tidy up. */
function statusOf(path: string, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () =>
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
    );
    let answer = '';
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('end', () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])));
    socket.on('error', reject);
  });
}

describe('a digest', () => {
  it.each([
    '',
    'sha256:',
    'sha256:abc',
    `md5:${'0'.repeat(32)}`,
    `SHA256:${'0'.repeat(64)}`,
    `blake3:${'0'.repeat(63)}`,
  ])('SEC-ART-01 refuses to fetch by %j, before anything is asked of the server', async (digest) => {
    let requests = 0;
    const url = await serve((_request, response) => void (requests++, response.end()));
    await expect(fetched(`${url}/${artifact.path}`, digest)).rejects.toMatchObject({
      code: 'DIGEST_INVALID',
    });
    expect(requests).toBe(0);
  });

  it.each<ArtifactDigestAlgorithm>(['sha1', 'sha256', 'sha384', 'sha512', 'blake3'])(
    'SEC-ART-01 of %s is that of what is stored and of what is fetched (legitimate)',
    async (digestAlgorithm) => {
      const other = new ArtifactStorage({ root, host: new URL(server.url).host, digestAlgorithm });
      const { url, digest } = await store(`${digestAlgorithm}.tar.gz`, other);
      expect(digest).toMatch(new RegExp(`^${digestAlgorithm}:[0-9a-f]+$`));
      expect((await fetched(url, digest)).read('app.yaml')).toEqual(tree.read('app.yaml'));
      const wrong = digest.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      await expect(fetched(url, wrong)).rejects.toMatchObject({ code: 'ARTIFACT_DIGEST_MISMATCH' });
    },
  );

  it('SEC-ART-01 is of no other algorithm', () => {
    expect(() => parseDigestAlgorithm('md5')).toThrow('not one of sha1, sha256, sha384, sha512, blake3');
  });
});

describe('a file that was tampered with', () => {
  it('SEC-ART-02 is refused by consumers and by the storage', async () => {
    const stored = await store('poisoned.tar.gz');
    await writeFile(
      join(root, stored.path),
      await readFile(join(root, artifact.path)).then((all) => all.fill(0, 40, 60)),
    );
    const cache = new TreeCache();
    await expect(fetched(stored.url, stored.digest, { cache })).rejects.toMatchObject({
      code: 'ARTIFACT_DIGEST_MISMATCH',
    });
    expect(await storage.verify(stored)).toBe(false);
    await expect(fetched(stored.url, stored.digest, { cache })).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
  });

  it('SEC-ART-02 is fetched once it is stored anew, through the same cache (legitimate)', async () => {
    const cache = new TreeCache();
    const wrong = digestOf('something else');
    await expect(fetched(artifact.url, wrong, { cache })).rejects.toMatchObject({
      code: 'ARTIFACT_DIGEST_MISMATCH',
    });
    expect((await fetched(artifact.url, artifact.digest, { cache })).size).toBe(tree.size);
  });

  it('SEC-ART-02 is not unpacked: its digest comes first', async () => {
    // Would be refused as no archive, were it looked at.
    const url = await serve((_request, response) => void response.end('no archive'));
    await expect(fetched(`${url}/${artifact.path}`)).rejects.toMatchObject({
      code: 'ARTIFACT_DIGEST_MISMATCH',
    });
  });
});

describe('the server', () => {
  const paths = [
    '/',
    '/gitrepository',
    '/gitrepository/',
    `/${FOLDER}`,
    `/${FOLDER}/`,
    `/${FOLDER}/?list`,
    `/${FOLDER}/..%2fpodinfo%2fa.tar.gz`,
    `/${FOLDER}/..%2F..%2F..%2F..%2Fetc%2fpasswd`,
    `/${FOLDER}/%2e%2e/podinfo/a.tar.gz`,
    `/${FOLDER}/..%5cpodinfo%5ca.tar.gz`,
    `/${FOLDER}/..%c0%afa.tar.gz`,
    `/${FOLDER}/a.tar.gz%00`,
    `/${FOLDER}/%00a.tar.gz`,
    `/${FOLDER}/a.tar.gz%00.lock`,
    `/${FOLDER}/../../../../etc/passwd`,
    `/${FOLDER}/a.tar.gz.lock`,
    `/${FOLDER}/a.tar.gz.0123456789ab.tmp`,
    `/${FOLDER}/.`,
    `/${FOLDER}/..`,
    '/etc/passwd',
    '//etc/passwd',
    '/..',
  ];
  it.each(paths.slice(1))('SEC-ART-04 has nothing at %s', async (path) => {
    expect(await statusOf(path)).toBe(404);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE'])(
    'SEC-ART-04 refuses %s',
    async (method) => {
      expect(await statusOf(`/${artifact.path}`, method)).toBe(405);
      expect(await storage.verify(artifact)).toBe(true);
    },
  );

  it('SEC-ART-04 refuses a NUL in the request', async () => {
    expect(await statusOf(`/${FOLDER}/a.tar.gz\0`)).toBe(400);
  });

  it('SEC-ART-04 serves whole files and ranges by exact paths (legitimate)', async () => {
    const url = `${server.url}/${artifact.path}`;
    const whole = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(digestOf(whole)).toBe(artifact.digest);
    const part = await fetch(url, { headers: { range: 'bytes=10-19' } });
    expect([part.status, Buffer.from(await part.arrayBuffer())]).toEqual([206, whole.subarray(10, 20)]);
    expect(await statusOf(`/${artifact.path}`, 'HEAD')).toBe(200);
    await store('newest.tar.gz');
    expect(await statusOf(`/${FOLDER}/latest.tar.gz`)).toBe(200);
  });

  it.each([
    undefined,
    'Bearer',
    'Bearer ',
    'Bearer wrong',
    'Bearer secre',
    'Bearer secret2',
    'Bearer secret secret',
    'Basic c2VjcmV0',
    'secret',
  ])('SEC-ART-04 wants its token and does not take %j', async (authorization) => {
    await using guarded = await startArtifactServer({ storage, token: () => Promise.resolve('secret') });
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    for (const path of [artifact.path, `${FOLDER}/none.tar.gz`]) {
      const response = await fetch(`${guarded.url}/${path}`, { headers });
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    }
    expect((await fetch(guarded.url)).status).toBe(200);
  });

  it('SEC-ART-04 serves those who show its token, the one that it has now (legitimate)', async () => {
    let token = 'first';
    await using guarded = await startArtifactServer({ storage, token: () => token });
    const url = `${guarded.url}/${artifact.path}`;
    expect((await fetched(url, artifact.digest, { token: 'first' })).size).toBe(tree.size);
    token = 'second';
    await expect(fetched(url, artifact.digest, { token: 'first', retries: 3 })).rejects.toMatchObject({
      code: 'ARTIFACT_DOWNLOAD_FAILED',
      retry: 'terminal',
      hint: expect.stringContaining('token') as string,
    });
    expect((await fetched(url, artifact.digest, { token })).size).toBe(tree.size);
  });

  it('SEC-ART-04 is shown the token, and no other server is', async () => {
    await using guarded = await startArtifactServer({ storage, token: 'secret' });
    const seen: unknown[] = [];
    await using other = await serveHttp((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(404).end();
    });
    const access = { origin: guarded.url, token: () => Promise.resolve('secret') };
    const path = `/${artifact.path}`;
    expect((await fetched(`${guarded.url}${path}`, artifact.digest, { access })).size).toBe(tree.size);
    await expect(fetched(`${other.url}${path}`, artifact.digest, { access })).rejects.toMatchObject({
      code: 'ARTIFACT_NOT_FOUND',
    });
    expect(seen).toEqual([undefined]);
  });

  it.each([
    ['secret\n', 'secret'],
    [() => Promise.resolve('  secret\r\n'), () => 'secret\n'],
  ])(
    'SEC-ART-04 takes tokens as files and Secrets have them, with a newline (legitimate)',
    async (own, given) => {
      await using guarded = await startArtifactServer({ storage, token: own });
      const url = `${guarded.url}/${artifact.path}`;
      const access = { origin: guarded.url, token: given };
      expect((await fetched(url, artifact.digest, { access })).size).toBe(tree.size);
      expect((await fetched(url, artifact.digest, { token: 'secret\n' })).size).toBe(tree.size);
    },
  );

  it.each(['', '\n', 'two words', 'two\nlines', 'schlüssel'])(
    'SEC-ART-04 does not start with the token %j, and shows it to nobody',
    async (token) => {
      const refused = { code: 'ARTIFACT_TOKEN_INVALID', hint: expect.stringContaining('token') as string };
      for (const given of [token, () => token]) {
        await expect(startArtifactServer({ storage, token: given })).rejects.toMatchObject(refused);
        const access = { origin: 'http://127.0.0.1:1', token: given };
        await expect(
          fetched(`${access.origin}/a.tar.gz`, artifact.digest, { access, retries: 3 }),
        ).rejects.toMatchObject(refused);
      }
    },
  );

  it('SEC-ART-04 lets nobody in while its token is an empty one', async () => {
    let token = 'secret';
    await using guarded = await startArtifactServer({ storage, token: () => token });
    token = '';
    for (const authorization of ['Bearer ', 'Bearer', '', 'Bearer secret'])
      expect((await fetch(`${guarded.url}/${artifact.path}`, { headers: { authorization } })).status).toBe(
        503,
      );
    token = 'secret';
    const access = { origin: guarded.url, token };
    expect((await fetched(`${guarded.url}/${artifact.path}`, artifact.digest, { access })).size).toBe(
      tree.size,
    );
  });

  it('SEC-ART-04 does not pass a token on where it is sent elsewhere', async () => {
    const seen: (string | undefined)[] = [];
    const other = await serve(
      (request, response) => void (seen.push(request.headers.authorization), response.end()),
    );
    const url = await serve((_request, response) => void response.writeHead(302, { location: other }).end());
    await expect(
      fetched(`${url}/${artifact.path}`, artifact.digest, { token: 'secret' }),
    ).rejects.toMatchObject({
      code: 'ARTIFACT_DOWNLOAD_FAILED',
    });
    expect(seen).toEqual([]);
  });
});

describe('the server with a certificate', () => {
  const authority = createAuthority();
  let files: { certFile: string; keyFile: string };

  beforeAll(() => {
    files = { certFile: join(root, 'tls.crt'), keyFile: join(root, 'tls.key') };
  });
  const write = async ({ cert, key }: TestCertificate) => {
    await writeFile(files.keyFile, key);
    await writeFile(files.certFile, cert);
  };
  const shown = (port: number) =>
    new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', ca: authority.ca, servername: '' }, () => {
        resolve(socket.getPeerCertificate().serialNumber + socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      }).on('error', reject);
    });

  it('SEC-ART-04 is fetched from by those who trust its authority, and by nobody else', async () => {
    await write(authority.server());
    await using secure = await startArtifactServer({ storage, tls: files });
    expect(secure.url).toMatch(/^https:/);
    const url = `${secure.url}/${artifact.path}`;
    const copy = await fetched(url, artifact.digest, { tls: { ca: authority.ca } });
    expect(copy.size).toBe(tree.size);
    await expect(fetched(url)).rejects.toMatchObject({ code: 'ARTIFACT_DOWNLOAD_FAILED' });
    await expect(fetch(url.replace('https', 'http'))).rejects.toThrow('fetch failed');
  });

  it('SEC-ART-04 takes a new certificate over once it is there as a whole (legitimate)', async () => {
    await write(authority.server());
    const second = authority.server();
    await using secure = await startArtifactServer({ storage, tls: { ...files, reloadMs: 5 } });
    const first = await shown(secure.port);
    await writeFile(files.certFile, second.cert);
    await wait(50);
    expect(await shown(secure.port)).toBe(first);
    await writeFile(files.keyFile, second.key);
    await expect.poll(() => shown(secure.port)).not.toBe(first);
  });

  it('SEC-ART-04 does not start without a certificate that fits its key', async () => {
    await write({ cert: authority.server().cert, key: authority.server().key });
    await expect(startArtifactServer({ storage, tls: files })).rejects.toMatchObject({
      code: 'ARTIFACT_CERTIFICATE_INVALID',
    });
    const missing = { ...files, keyFile: join(root, 'none.key') };
    await expect(startArtifactServer({ storage, tls: missing })).rejects.toMatchObject({
      code: 'ARTIFACT_CERTIFICATE_INVALID',
    });
  });
});

describe('a symlink that someone has put into the storage', () => {
  it('SEC-ART-05 is written through at no place', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'outside-'));
    const victim = join(outside, 'victim');
    await writeFile(victim, 'untouched');
    await symlink(victim, join(root, FOLDER, 'target.tar.gz'));
    await symlink(victim, join(root, FOLDER, 'other-alias.tar.gz'));
    const stored = await storage.store(OWNER, {
      revision: 'main',
      file: 'target.tar.gz',
      content: packArchive(tree),
      alias: 'other-alias.tar.gz',
    });
    expect(await readFile(victim, 'utf8')).toBe('untouched');
    expect(await storage.verify(stored)).toBe(true);
    await mkdir(join(root, 'gitrepository', 'linked'));
    await symlink(outside, join(root, 'gitrepository', 'linked', 'podinfo'));
    const linked = { ...OWNER, namespace: 'linked' };
    const options = { revision: 'main', file: 'a.tar.gz', content: packArchive(tree) };
    await expect(storage.store(linked, options)).rejects.toMatchObject({ code: 'STORAGE_PATH_INVALID' });
    await rm(outside, { recursive: true });
  });

  it.each([
    '/etc/passwd',
    '../../../../../../etc/passwd',
    '../podinfo/a.tar.gz',
    './a.tar.gz',
    'a.tar.gz.lock',
    'chained.tar.gz',
    '.',
  ])('SEC-ART-05 is read through to no %s', async (target) => {
    await symlink('a.tar.gz', join(root, FOLDER, 'chained.tar.gz')).catch(() => {});
    const path = `${FOLDER}/evil.tar.gz`;
    await rm(join(root, path), { force: true });
    await symlink(target, join(root, path));
    expect(await statusOf(`/${path}`)).toBe(404);
    expect(await storage.verify({ ...artifact, path })).toBe(false);
  });
});

describe('writers and readers at the same time', () => {
  it('SEC-ART-05 each reader gets the whole of one version (legitimate)', async () => {
    const versions = ['a', 'b', 'c'].map((letter) => letter.repeat(400_000));
    const known = new Set<string>(versions);
    const writeAll = async () => {
      for (let round = 0; round < 8; round++)
        for (const text of versions)
          await store(
            'busy.tar.gz',
            storage,
            (async function* () {
              for (let at = 0; at < text.length; at += 50_000) yield Buffer.from(text.slice(at, at + 50_000));
            })(),
          );
    };
    await store(
      'busy.tar.gz',
      storage,
      (async function* () {
        yield Buffer.from(versions[0] ?? '');
      })(),
    );
    let isWriting = true;
    const writing = Promise.all([writeAll(), writeAll()]).finally(() => (isWriting = false));
    let reads = 0;
    const readAll = async () => {
      for (; isWriting; reads++) {
        const response = await fetch(`${server.url}/${FOLDER}/${reads % 2 ? 'busy' : 'latest'}.tar.gz`);
        expect(response.status).toBe(200);
        expect(known.has(await response.text())).toBe(true);
      }
    };
    await Promise.all([writing, readAll(), readAll()]);
    expect(reads).toBeGreaterThan(10);
  });
});
