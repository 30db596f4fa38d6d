import { startOciRegistry } from '@gitops-toolkit/envtest';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { OciRepository } from '../repository.ts';
import { openRepository } from '../testing/registry.ts';
import { findTag } from './find-tag.ts';

async function withTags(...tags: readonly string[]): Promise<OciRepository> {
  const registry = await startOciRegistry();
  onTestFinished(() => registry[Symbol.asyncDispose]());
  const manifest = { bytes: Buffer.from('{}'), mediaType: 'application/vnd.oci.image.manifest.v1+json' };
  for (const tag of tags) registry.contents('org/app').putManifest(tag, manifest);
  return openRepository(registry.host, 'org/app');
}

describe('the tag of a range of versions', () => {
  it('is that of the highest version in it', async () => {
    const repository = await withTags('1.0.0', 'v1.10.0', '1.9.0', '2.0.0-rc.1', 'latest');
    expect(await findTag(repository, { semver: '1.x' })).toBe('v1.10.0');
    expect(await findTag(repository, { semver: '>=1.0.0-0' })).toBe('2.0.0-rc.1');
  });

  it('has all three numbers, as for Flux: 3 and 2.5 are no versions, 2025.01.02 is one', async () => {
    const repository = await withTags('1.0.0', '3', '2.5', '2025.01.02');
    expect(await findTag(repository, { semver: '>=1.0.0' })).toBe('2025.01.02');
    expect(await findTag(repository, { semver: '<2025' })).toBe('1.0.0');
  });

  it('is looked for among those that match a filter', async () => {
    const repository = await withTags('1.0.0', '1.1.0-arm64', '1.2.0-amd64');
    const semver = '>=1.0.0-0';
    expect(await findTag(repository, { semver, filter: '-arm64$' })).toBe('1.1.0-arm64');
    await expect(findTag(repository, { semver, filter: 'riscv' })).rejects.toMatchObject({
      code: 'OCI_NOT_FOUND',
      hint: expect.stringContaining('riscv') as string,
    });
    await expect(findTag(repository, { semver, filter: '(?=1)' })).rejects.toMatchObject({
      code: 'OCI_FILTER_INVALID',
    });
  });

  it('stands for a version with metadata where tags are those of charts', async () => {
    const repository = await withTags('1.0.0', '1.0.1_build.3');
    expect(await findTag(repository, { semver: '1.0.x', chartVersions: true })).toBe('1.0.1_build.3');
    expect(await findTag(repository, { semver: '1.0.x' })).toBe('1.0.0');
  });
});
