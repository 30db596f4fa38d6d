import type { KubeObject } from '@gitops-toolkit/core';

import { shapeAsGo } from '../go-types/go-shape.ts';

/** How a version of a kind that is stored in another version is read and written. */
export interface Conversion {
  /** The bucket that both versions share. */
  readonly storage: string;
  readonly fromStorage: (object: KubeObject) => KubeObject;
  readonly toStorage: (object: KubeObject) => KubeObject;
}

/** The fields of events that the newer group names otherwise: `[core, events.k8s.io]`. */
const EVENT_FIELDS: readonly (readonly [string, string])[] = [
  ['involvedObject', 'regarding'],
  ['message', 'note'],
  ['source', 'deprecatedSource'],
  ['firstTimestamp', 'deprecatedFirstTimestamp'],
  ['lastTimestamp', 'deprecatedLastTimestamp'],
  ['count', 'deprecatedCount'],
  ['reportingComponent', 'reportingController'],
];

/** The conversion of a built-in version; `undefined` where it is stored as it is. */
export function conversionOf(group: string, version: string, plural: string): Conversion | undefined {
  if (group === 'events.k8s.io' && plural === 'events') return eventConversion;
  if (group === 'autoscaling' && version === 'v1' && plural === 'horizontalpodautoscalers')
    return autoscalerConversion;
  return undefined;
}

const eventConversion: Conversion = {
  storage: '/events',
  fromStorage: (object) => rename(object, 'events.k8s.io/v1', EVENT_FIELDS),
  toStorage: (object) =>
    rename(
      object,
      'v1',
      EVENT_FIELDS.map(([a, b]) => [b, a] as const),
    ),
};

const converted = new WeakMap<KubeObject, KubeObject>();

/** Renames top-level fields. Stored objects never change, so what they were read as is kept. */
function rename(
  object: KubeObject,
  apiVersion: string,
  fields: readonly (readonly [string, string])[],
): KubeObject {
  const known = converted.get(object);
  if (known) return known;
  const names = new Map(fields);
  const renamed = Object.fromEntries(
    Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]),
  ) as unknown as KubeObject;
  const shaped = shapeAsGo({ ...renamed, apiVersion });
  converted.set(object, shaped);
  return shaped;
}

interface AutoscalerSpec {
  metrics?: {
    type: string;
    resource?: { name: string; target: { type: string; averageUtilization?: number } };
  }[];
  targetCPUUtilizationPercentage?: number;
  [field: string]: unknown;
}

/** `autoscaling/v1` knows one metric, the share of the CPU; others are not seen through it. */
const autoscalerConversion: Conversion = {
  storage: 'autoscaling/horizontalpodautoscalers',
  fromStorage(object) {
    const { metrics = [], behavior: _behavior, ...spec } = (object['spec'] ?? {}) as AutoscalerSpec;
    const cpu = metrics.find(({ resource }) => resource?.name === 'cpu')?.resource?.target.averageUtilization;
    return shapeAsGo({
      ...object,
      apiVersion: 'autoscaling/v1',
      spec: { ...spec, ...(cpu === undefined ? {} : { targetCPUUtilizationPercentage: cpu }) },
    });
  },
  toStorage(object) {
    const { targetCPUUtilizationPercentage: cpu, ...spec } = (object['spec'] ?? {}) as AutoscalerSpec;
    const target = { type: 'Utilization', averageUtilization: cpu };
    const metrics = [{ type: 'Resource', resource: { name: 'cpu', target } }];
    return shapeAsGo({
      ...object,
      apiVersion: 'autoscaling/v2',
      spec: { ...spec, ...(cpu === undefined ? {} : { metrics }) },
    });
  },
};
