import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testdata/manual-clock.ts';
import { loadInCluster } from './in-cluster.ts';
import { tokenFile } from './token-file.ts';

const env = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' };

describe('loadInCluster', () => {
  it('brackets an IPv6 address and does without a namespace', async () => {
    const readFile = async (path: string): Promise<string> => {
      if (path.endsWith('/namespace')) throw new Error('ENOENT');
      return path.endsWith('/token') ? 'tok' : 'CA';
    };
    const config = await loadInCluster({ env, readFile });
    expect(config).toMatchObject({ server: 'https://[fd00::1]:6443', ca: 'CA' });
    expect(config.namespace).toBeUndefined();
  });

  it.each([
    ['outside of a pod', {}, 'KUBERNETES_SERVICE_HOST'],
    ['without a service account', env, 'ENOENT'],
  ])('fails %s', async (_where, where, message) => {
    const readFile = () => Promise.reject(new Error('ENOENT: no such file'));
    await expect(loadInCluster({ env: where, readFile })).rejects.toMatchObject({
      code: 'KUBE_CONFIG_NOT_FOUND',
      message: expect.stringContaining(message),
    });
  });
});

describe('tokenFile', () => {
  it('reads again after a minute', async () => {
    const clock = new ManualClock();
    let reads = 0;
    const token = tokenFile('/t', async () => `t${++reads}\n`, clock);
    expect(await token()).toBe('t1');
    await clock.advance(59_000);
    expect(await token()).toBe('t1');
    await clock.advance(1000);
    expect(await token()).toBe('t2');
  });

  it('keeps the last token while the file is away', async () => {
    let isAway = false;
    const token = tokenFile('/t', async () => {
      if (isAway) throw new Error('ENOENT');
      return 'tok';
    });
    await token();
    isAway = true;
    expect(await token({ refresh: true })).toBe('tok');
  });

  it('fails where there never was one', async () => {
    await expect(tokenFile('/t', () => Promise.reject(new Error('ENOENT')))()).rejects.toThrow('ENOENT');
  });
});
