import { describe, expect, it } from 'vitest';
import { isNoMatch, KubeError } from './errors.ts';
import { RestMapper } from './rest-mapper.ts';
import { ManualClock } from './testdata/manual-clock.ts';

const group = (name: string, kinds: readonly string[]) => ({
  metadata: { name },
  versions: [
    {
      version: 'v1',
      resources: kinds.map((kind) => ({
        resource: `${kind.toLowerCase()}s`,
        responseKind: { kind },
        scope: 'Namespaced',
        verbs: ['get'],
      })),
    },
  ],
});

/** A cluster whose kinds can grow, and that counts questions. */
function cluster(): { asked: string[]; kinds: Set<string>; ask: (path: string) => Promise<unknown> } {
  const asked: string[] = [];
  const kinds = new Set(['Toy']);
  const ask = async (path: string): Promise<unknown> => {
    asked.push(path);
    if (path === '/api') return { kind: 'APIGroupDiscoveryList', items: [] };
    if (path === '/apis') return { kind: 'APIGroupDiscoveryList', items: [group('shop.io', ['Toy'])] };
    if (path !== '/apis/shop.io/v1')
      throw new KubeError('KUBE_STATUS', 'not found', { status: 404, reason: 'NotFound' });
    const resources = [...kinds].map((kind) => ({
      name: `${kind.toLowerCase()}s`,
      kind,
      namespaced: true,
      verbs: ['get'],
    }));
    return { kind: 'APIResourceList', groupVersion: 'shop.io/v1', resources };
  };
  return { asked, kinds, ask };
}

describe('2.12 RestMapper', () => {
  it('reads everything once', async () => {
    const { ask, asked } = cluster();
    const mapper = new RestMapper(ask);
    const [a, b] = await Promise.all([
      mapper.mapping({ apiVersion: 'shop.io/v1', kind: 'Toy' }),
      mapper.mapping({ group: 'shop.io', version: 'v1', kind: 'Toy' }),
    ]);
    expect(a).toBe(b);
    expect(a).toMatchObject({ plural: 'toys', namespaced: true });
    expect(asked).toEqual(['/api', '/apis']);
  });

  it('asks for the version of a kind that it does not know, once for all who wait', async () => {
    const { ask, asked, kinds } = cluster();
    const mapper = new RestMapper(ask);
    await mapper.resources();
    kinds.add('Game').add('Book');
    const [game, book] = await Promise.all(
      ['Game', 'Book'].map((kind) => mapper.mapping({ apiVersion: 'shop.io/v1', kind })),
    );
    expect([game?.plural, book?.plural]).toEqual(['games', 'books']);
    expect(asked.slice(2)).toEqual(['/apis/shop.io/v1']);
  });

  it('throws for a kind that is not there', async () => {
    const mapper = new RestMapper(cluster().ask);
    const error: unknown = await mapper
      .mapping({ apiVersion: 'nope.io/v1', kind: 'Nope' })
      .catch((e: unknown) => e);
    expect(isNoMatch(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'KUBE_NO_MATCH',
      retry: 'backoff',
      hint: expect.stringContaining('CustomResourceDefinition'),
    });
  });

  it('does not turn misses into a storm', async () => {
    const { ask, asked } = cluster();
    const clock = new ManualClock();
    const mapper = new RestMapper(ask, { clock });
    for (let i = 0; i < 20; i++)
      await mapper.mapping({ apiVersion: `nope${i}.io/v1`, kind: 'Nope' }).catch(() => undefined);
    const before = asked.length;
    const late = mapper.mapping({ apiVersion: 'late.io/v1', kind: 'Nope' }).catch((e: unknown) => e);
    await clock.advance(400);
    expect(asked).toHaveLength(before);
    await clock.advance(200);
    expect(isNoMatch(await late)).toBe(true);
  });

  it('begins anew after it was told to, and after a failure', async () => {
    const { ask, asked } = cluster();
    let isDown = true;
    const mapper = new RestMapper(async (path) => {
      if (isDown) throw new KubeError('KUBE_NETWORK', 'down', { retry: 'backoff' });
      return ask(path);
    });
    await expect(mapper.resources()).rejects.toMatchObject({ code: 'KUBE_NETWORK' });
    isDown = false;
    expect(await mapper.resources()).toHaveLength(1);
    mapper.invalidate();
    await mapper.resources();
    expect(asked).toEqual(['/api', '/apis', '/api', '/apis']);
  });
});
