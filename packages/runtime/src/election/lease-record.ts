import { getOwn, type KubeObject } from '@gitops-toolkit/core';

/** What a `Lease` says of who holds it. */
export interface LeaseRecord {
  readonly holder: string;
  readonly durationSeconds: number;
  readonly acquireTime: string | undefined;
  readonly renewTime: string | undefined;
  /** How often the holder changed. */
  readonly transitions: number;
}

/** The kind of the object. */
export const leaseKind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;

/** Reads the spec of a lease; what is missing or of another type reads as empty. */
export function readLease(lease: KubeObject): LeaseRecord {
  const spec = lease['spec'];
  return {
    holder: textOf(getOwn(spec, 'holderIdentity')) ?? '',
    durationSeconds: numberOf(getOwn(spec, 'leaseDurationSeconds')),
    acquireTime: textOf(getOwn(spec, 'acquireTime')),
    renewTime: textOf(getOwn(spec, 'renewTime')),
    transitions: numberOf(getOwn(spec, 'leaseTransitions')),
  };
}

/** The lease that says so: an existing one with another spec, or a new one of this name. */
export function writeLease(record: LeaseRecord, { metadata }: Pick<KubeObject, 'metadata'>): KubeObject {
  return {
    ...leaseKind,
    metadata,
    spec: {
      holderIdentity: record.holder,
      leaseDurationSeconds: record.durationSeconds,
      acquireTime: record.acquireTime,
      renewTime: record.renewTime,
      leaseTransitions: record.transitions,
    },
  };
}

/** The time as leases hold it, with microseconds. */
export function microTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
