import type { ManagedFieldsEntry } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { scaleManagedFields, unscaleManagedFields } from './scale.ts';

const TIME = '2026-03-01T08:00:00Z';
const mapping = { apiVersion: 'apps/v1', replicasPaths: { 'apps/v1': ['spec', 'replicas'] } };

function entry(manager: string, spec: object, more: object = {}): ManagedFieldsEntry {
  return {
    manager,
    operation: 'Update',
    apiVersion: 'apps/v1',
    time: TIME,
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:spec': spec },
    ...more,
  };
}

const entries = [
  entry('flux', { 'f:replicas': {}, 'f:paused': {} }, { operation: 'Apply' }),
  entry('kubectl', { 'f:selector': {} }),
];

describe('scaleManagedFields', () => {
  it('shows who owns the number of replicas', () => {
    expect(scaleManagedFields(entries, mapping)).toEqual([
      entry('flux', { 'f:replicas': {} }, { operation: 'Apply', apiVersion: 'autoscaling/v1' }),
    ]);
  });

  it('knows nothing of other versions', () => {
    expect(
      scaleManagedFields([entry('old', { 'f:replicas': {} }, { apiVersion: 'apps/v1beta1' })], mapping),
    ).toEqual([]);
    expect(scaleManagedFields(undefined, mapping)).toEqual([]);
  });
});

describe('unscaleManagedFields', () => {
  it('moves the field to who wrote the scale', () => {
    const scaled = [
      entry('hpa', { 'f:replicas': {} }, { apiVersion: 'autoscaling/v1', subresource: 'scale' }),
    ];
    expect(unscaleManagedFields(entries, scaled, mapping)).toEqual([
      entry('flux', { 'f:paused': {} }, { operation: 'Apply' }),
      // As in the API server, the time of the write is not known here.
      {
        manager: 'hpa',
        operation: 'Update',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
        subresource: 'scale',
      },
      entry('kubectl', { 'f:selector': {} }),
    ]);
  });

  it('leaves everything where the owner stays', () => {
    expect(unscaleManagedFields(entries, scaleManagedFields(entries, mapping), mapping)).toEqual(entries);
  });

  it('drops entries that are left with nothing, and versions that are not known', () => {
    const before = [
      entry('a', { 'f:replicas': {} }),
      entry('old', { 'f:x': {} }, { apiVersion: 'apps/v1beta1' }),
    ];
    expect(unscaleManagedFields(before, [], mapping)).toEqual([]);
    const other = [entry('x', { 'f:other': {} }, { apiVersion: 'autoscaling/v1' })];
    expect(unscaleManagedFields([], other, mapping)).toEqual([]);
  });
});
