import type { MetricsRegistry } from './metrics-registry.ts';

/** Defines the metrics of an election. Once a registry. */
export function electionMetrics(
  registry: MetricsRegistry,
  election: { readonly leaseName: string; readonly isLeading: () => boolean },
): { readonly countRead: () => void } {
  const lease = { name: election.leaseName };
  registry.gauge(
    { name: 'leader_election_master_status', help: 'Whether this replica leads.', labels: ['name'] },
    (set) => set(election.isLeading() ? 1 : 0, lease),
  );
  const reads = registry.counter({
    name: 'leader_election_slowpath_total',
    help: 'Times the lease had to be read before it was written.',
    labels: ['name'],
  });
  return { countRead: () => reads.add(lease) };
}
