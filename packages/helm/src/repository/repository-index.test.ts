import { describe, expect, it } from 'vitest';
import { readIndex } from './read-index.ts';
import type { RepositoryIndex } from './repository-index.ts';

function indexOf(
  ...versions: readonly (string | { version: string; created: string })[]
): Promise<RepositoryIndex> {
  const entries = versions.map((each, i) => ({
    name: 'web',
    urls: [`${i}.tgz`],
    ...(typeof each === 'string' ? { version: each } : each),
  }));
  const text = JSON.stringify({ apiVersion: 'v1', entries: { web: entries, empty: [] } });
  return readIndex([new TextEncoder().encode(text)]);
}

describe('RepositoryIndex.find', () => {
  it.each([
    ['', '2.1.0'],
    ['*', '2.1.0'],
    ['1.x', '1.10.0'],
    ['~1.2', '1.2.5+build.2'],
    ['^1 || ^3', '1.10.0'],
    ['>=1.0, <1.10', '1.2.5+build.2'],
    ['1.0 - 1.2', '1.2.5+build.2'],
    ['>=1.0.0-0', '3.0.0-rc.1'],
    ['3.0.0-rc.1', '3.0.0-rc.1'],
    ['1.2.5+build.1', '1.2.5+build.1'],
    ['v1.0.0', 'v1.0.0'],
    ['1.0.0', 'v1.0.0'],
  ])('takes for %j version %s', async (constraint, version) => {
    const index = await indexOf('1.10.0', '1.2.5+build.2', '1.2.5+build.1', 'v1.0.0', '2.1.0', '3.0.0-rc.1');
    expect(index.find('web', constraint).metadata.version).toBe(version);
  });

  it.each([
    ['web', '^9', 'no chart version found for web-^9'],
    ['web', 'latest', 'improper constraint: "latest"'],
    ['none', '', 'no chart name found'],
    ['empty', '', 'no chart version found'],
  ])('says of %s %j in the words of Helm: %s', async (chart, constraint, message) => {
    const index = await indexOf('1.0.0');
    expect(() => index.find(chart, constraint)).toThrow(
      expect.objectContaining({ code: 'HELM_CHART_NOT_FOUND', message }),
    );
  });

  it('takes of equal versions the first as Helm, or the newest as Flux', async () => {
    const index = await indexOf(
      { version: '1.0.0+a', created: '2024-01-01T00:00:00Z' },
      { version: '1.0.0+b', created: '2024-03-01T00:00:00Z' },
      { version: '1.0.0+c', created: '2024-02-01T00:00:00Z' },
    );
    expect(index.find('web', '1.x').metadata.version).toBe('1.0.0+a');
    expect(index.find('web', '1.x', { ties: 'newest' }).metadata.version).toBe('1.0.0+b');
  });
});
