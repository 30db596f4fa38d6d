import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

type Manifest = Record<'peerDependencies' | 'peerDependenciesMeta', Record<string, unknown>>;

async function manifestOf(name: string): Promise<Manifest> {
  const file = new URL(`../../${name}/package.json`, import.meta.url);
  return JSON.parse(await readFile(file, 'utf8')) as Manifest;
}

describe('optional peers', () => {
  it('of the package of sources are ours, too: a strict package manager resolves none that is not declared on the way', async () => {
    const [own, source] = [await manifestOf('controllers'), await manifestOf('source')];
    expect(source.peerDependencies).toHaveProperty(['@aws-sdk/client-s3']);
    expect(own.peerDependencies).toMatchObject(source.peerDependencies);
    expect(own.peerDependenciesMeta).toMatchObject(source.peerDependenciesMeta);
  });
});
