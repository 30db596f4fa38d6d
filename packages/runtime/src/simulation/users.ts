import type { ObjectRef } from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';

import { Copy, NAMESPACE, OBSERVED, Record, Source } from './reconcilers.ts';
import type { World } from './world.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];

type Deed =
  | 'change'
  | 'create'
  | 'delete'
  | 'delete-copy'
  | 'delete-record'
  | 'forget'
  | 'recreate'
  | 'tamper';

const DEEDS: readonly Deed[] = [
  'create',
  'create',
  'change',
  'change',
  'delete',
  'recreate',
  'delete-copy',
  'delete-record',
  'tamper',
  'forget',
];

/** What other clients do, one thing after the other at times of chance, sometimes several at once. */
export function scheduleUsers(
  world: World,
  options: { readonly untilMs: number; readonly deeds: number },
): void {
  const random = world.random.fork();
  let value = 0;
  for (let i = 0; i < options.deeds; i++) {
    const name = random.pick(NAMES);
    const burst = random.below(4) === 0 ? 3 : 1;
    const atMs = random.between(0, options.untilMs);
    for (let n = 0; n < burst; n++) {
      const [deed, text] = [random.pick(DEEDS), String(++value)];
      world.clock.setTimeout(() => void perform(world, deed, name, text), atMs + n * random.below(20));
    }
  }
}

async function perform(world: World, deed: Deed, name: string, value: string): Promise<void> {
  world.journal.add(`user: ${deed} ${name} ${value}`);
  try {
    await deeds[deed](world, name, value);
  } catch (error) {
    // What is not there cannot be changed, and what is there cannot be made.
    if (!(error instanceof KubeError && [404, 409].includes(error.status ?? 0))) throw error;
  }
}

const deeds: { readonly [D in Deed]: (world: World, name: string, value: string) => Promise<unknown> } = {
  create: ({ admin }, name, value) => admin.create(sourceOf(name, value)),
  change: ({ admin }, name, value) =>
    admin.patch(ref(Source, name), { type: 'merge', body: { data: { value } } }),
  delete: ({ admin }, name) => admin.delete(ref(Source, name)),
  async recreate({ admin }, name, value) {
    await admin.delete(ref(Source, name));
    // Without its finalizers, as somebody does who has had enough: the new one comes at once.
    await admin
      .patch(ref(Source, name), { type: 'merge', body: { metadata: { finalizers: null } } })
      .catch(() => {});
    await admin.create(sourceOf(name, value));
  },
  'delete-copy': ({ admin }, name) => admin.delete(ref(Copy, name)),
  'delete-record': ({ admin }, name) => admin.delete(ref(Record, name)),
  tamper: ({ admin }, name, value) =>
    admin.patch(ref(Copy, name), { type: 'merge', body: { stringData: { value: `not ${value}` } } }),
  forget: ({ admin }, name) =>
    admin.patch(ref(Source, name), {
      type: 'merge',
      body: { metadata: { annotations: { [OBSERVED]: null } } },
    }),
};

function sourceOf(name: string, value: string) {
  const metadata = { name, namespace: NAMESPACE, labels: { role: 'source' } };
  return { apiVersion: Source.apiVersion, kind: Source.kind, metadata, data: { value } };
}

const ref = ({ apiVersion, kind }: { apiVersion: string; kind: string }, name: string): ObjectRef => ({
  apiVersion,
  kind,
  namespace: NAMESPACE,
  name,
});
