import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeError } from '@gitops-toolkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { trustedRootFile } from './trusted-root-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'trusted-root-'));
  file = path.join(folder, 'trusted_root.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function sigstoreRoot(): Promise<string> {
  const vectors = new URL('../../../oci/src/verify/testdata/cosign-keyless.json', import.meta.url);
  const { trustedRoot } = JSON.parse(await readFile(vectors, 'utf8')) as { trustedRoot: unknown };
  return JSON.stringify(trustedRoot);
}

describe('trustedRootFile', () => {
  it('is none where no file is named', async () => {
    expect(await trustedRootFile('')).toBeUndefined();
  });

  it('reads the file anew for each verification', async () => {
    const root = await sigstoreRoot();
    await writeFile(file, root);
    const read = await trustedRootFile(file);
    expect(await read?.()).toBe(root);
    await writeFile(file, `${root}\n`);
    expect(await read?.()).toBe(`${root}\n`);
    await writeFile(file, '{}');
    await expect(read?.()).rejects.toMatchObject({ code: 'CONTROLLERS_TRUSTED_ROOT_INVALID' });
  });

  it('says which file is missing', async () => {
    const failure: unknown = await trustedRootFile(file).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CONTROLLERS_TRUSTED_ROOT_INVALID' });
    expect(describeError(failure)).toContain(`the trusted root ${file} cannot be read`);
    expect(describeError(failure)).toContain('hint: The flag --sigstore-trusted-root');
  });

  it.each(['', 'no JSON', '{}', '{"certificateAuthorities": []}'])('refuses a file with %j', async (text) => {
    await writeFile(file, text);
    const failure: unknown = await trustedRootFile(file).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'CONTROLLERS_TRUSTED_ROOT_INVALID' });
    expect(describeError(failure)).toContain(`the trusted root ${file} is none`);
    expect(describeError(failure)).toContain('trusted_root.json');
  });
});
