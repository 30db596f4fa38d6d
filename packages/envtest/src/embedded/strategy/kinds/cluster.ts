import { child, items, maybeChild } from '../draft.ts';
import type { Strategy } from '../strategy.ts';

type Hooks = Partial<Strategy>;

export const namespace: Hooks = {
  defaults(draft) {
    const { name } = draft.metadata;
    if (name) child(draft.metadata, 'labels')['kubernetes.io/metadata.name'] ??= name;
  },
  prepareCreate(draft) {
    child(draft.metadata, 'labels')['kubernetes.io/metadata.name'] = draft.metadata.name;
    draft['spec'] = { finalizers: ['kubernetes'] };
    draft['status'] = { phase: 'Active' };
  },
  prepareUpdate(draft, old) {
    draft['spec'] = old['spec'];
  },
};

export const node: Hooks = {
  defaults(draft) {
    const spec = child(draft, 'spec');
    if (typeof spec['podCIDR'] === 'string' && spec['podCIDR'] !== '') spec['podCIDRs'] ??= [spec['podCIDR']];
    const status = maybeChild(draft, 'status');
    const capacity = maybeChild(status, 'capacity');
    if (status && capacity) status['allocatable'] ??= { ...capacity };
  },
  prepareCreate(draft) {
    const spec = child(draft, 'spec');
    const taints = items(spec, 'taints');
    const key = 'node.kubernetes.io/not-ready';
    if (!taints.some((taint) => taint['key'] === key))
      spec['taints'] = [...taints, { key, effect: 'NoSchedule' }];
  },
};
