import {
  type EmbeddedServer,
  type Fault,
  FAULT_KINDS,
  type FaultPlan,
  type FaultRequest,
  RARE_FAULT_KINDS,
  seededFaults,
  startEmbedded,
} from '@gitops-toolkit/envtest';
import { KubeClient } from '@gitops-toolkit/kube';

import { FakeClock } from '../fake-clock.ts';
import { Journal } from './journal.ts';
import { NAMESPACE, Summary } from './reconcilers.ts';
import { type Random, seededRandom } from './seeded-random.ts';

/** A server, the time, and chance: everything that replicas and users share. */
export interface World extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly random: Random;
  readonly journal: Journal;
  readonly server: EmbeddedServer;
  /** What goes wrong with the requests of replicas. */
  readonly faults: readonly FaultPlan[];
  /** A client of the administrator, to whom nothing happens. */
  readonly admin: KubeClient;
}

const BINDING = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name: 'replicas' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'replica' }],
};

export async function createWorld(seed: number, options: { readonly keepLines: number }): Promise<World> {
  const random = seededRandom(seed);
  const clock = new FakeClock('2026-01-01T00:00:00Z');
  const faults = seededFaults({
    seed,
    rate: random.pick([0.02, 0.05, 0.1, 0.2]),
    kinds: [...FAULT_KINDS, ...RARE_FAULT_KINDS],
    maxDelayMs: 3000,
  });
  // Watches are few, and leases are written always: they get troubles of their own.
  const onWatches = seededFaults({
    seed: seed + 1,
    rate: 0.3,
    verbs: ['list', 'watch'],
    kinds: ['compact', 'drop-watch', 'gone', 'stale-list', 'stall-watch'],
  });
  const onLeases = seededFaults({
    seed: seed + 2,
    rate: random.pick([0, 0.2]),
    paths: /\/leases\//,
    kinds: ['delay', 'lost-answer'],
    maxDelayMs: 4500,
  });
  const plans = [faults, onWatches, onLeases];
  const names = random.fork();
  let uids = 0;
  const server = await startEmbedded({
    listen: false,
    simulate: false,
    authorization: 'rbac',
    token: 'admin',
    users: [{ token: 'replica', name: 'replica' }],
    clock,
    random: names.next,
    newUid: () => `00000000-0000-4000-8000-${String(++uids).padStart(12, '0')}`,
    historyLimit: random.pick([10, 50, 10_000]),
    faults: (request) => (request.user === 'replica' ? firstOf(plans, request) : undefined),
  });
  const admin = new KubeClient(server.config, { transport: server.transport, clock });
  const journal = new Journal(clock, { keep: options.keepLines });
  await admin.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
  await admin.create({
    apiVersion: Summary.apiVersion,
    kind: Summary.kind,
    metadata: { name: 'summary', namespace: NAMESPACE },
  });
  await bindReplicas(admin);
  return { clock, random, journal, server, faults: plans, admin, [Symbol.asyncDispose]: () => server.stop() };
}

function firstOf(plans: readonly FaultPlan[], request: FaultRequest): Fault | undefined {
  for (const plan of plans) {
    const fault = plan.rule(request);
    if (fault) return fault;
  }
  return undefined;
}

/** Lets replicas do everything. */
export async function bindReplicas(admin: KubeClient): Promise<void> {
  await admin.apply(BINDING, { fieldManager: 'world', force: true });
}

/** Lets replicas do nothing. */
export async function unbindReplicas(admin: KubeClient): Promise<void> {
  await admin.delete({ ...BINDING, name: BINDING.metadata.name });
}
