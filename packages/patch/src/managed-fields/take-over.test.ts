import type { ManagedFieldsEntry } from '@gitops-toolkit/core';
import { describe, expect, it } from 'vitest';

import { disownFields, takeOverFields } from './take-over.ts';

function entry(
  manager: string,
  operation: 'Apply' | 'Update',
  fields: string[],
  more: object = {},
): ManagedFieldsEntry {
  const fieldsV1 = { 'f:data': Object.fromEntries(fields.map((field) => [`f:${field}`, {}])) };
  return {
    manager,
    operation,
    apiVersion: 'v1',
    time: '2026-03-01T08:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  };
}

const fromKubectl = [{ name: 'kubectl', operation: 'Update' as const }];

describe('takeOverFields', () => {
  it('renames the first entry where the manager has none', () => {
    const other = entry('helm', 'Apply', ['x']);
    expect(takeOverFields([entry('kubectl-edit', 'Update', ['a']), other], 'flux', fromKubectl)).toEqual([
      other,
      entry('flux', 'Apply', ['a']),
    ]);
  });

  it('joins entries into the one there is', () => {
    const entries = [
      entry('kubectl-edit', 'Update', ['a']),
      entry('flux', 'Apply', ['b'], { time: '2026-03-02T08:00:00Z' }),
      entry('kubectl-client-side-apply', 'Update', ['b', 'c']),
    ];
    expect(takeOverFields(entries, 'flux', fromKubectl)).toEqual([
      entry('flux', 'Apply', ['a', 'b', 'c'], { time: '2026-03-02T08:00:00Z' }),
    ]);
  });

  it('changes nothing in what it is given', () => {
    const entries = [entry('kubectl', 'Update', ['a']), entry('flux', 'Apply', ['b'])];
    const before = structuredClone(entries);
    takeOverFields(entries, 'flux', fromKubectl);
    expect(entries).toEqual(before);
  });

  it('picks by name, operation and prefix, and never subresources', () => {
    const entries = [
      entry('kubectl', 'Apply', ['a']),
      entry('my-kubectl', 'Update', ['b']),
      entry('kubectl', 'Update', ['c'], { subresource: 'scale' }),
    ];
    expect(takeOverFields(entries, 'flux', fromKubectl)).toBeUndefined();
    expect(takeOverFields(entries, 'flux', [{ name: 'kube', exact: true }])).toBeUndefined();
    expect(
      takeOverFields(entries, 'flux', [{ name: 'kubectl', exact: true }])?.map(({ manager }) => manager),
    ).toEqual(['my-kubectl', 'kubectl', 'flux']);
  });

  it('does not take from itself', () => {
    expect(takeOverFields([entry('flux', 'Apply', ['a'])], 'flux', [{ name: 'flux' }])).toBeUndefined();
    expect(takeOverFields([], 'flux', fromKubectl)).toBeUndefined();
  });

  it('takes its own updates', () => {
    const entries = [entry('flux', 'Apply', ['a']), entry('flux', 'Update', ['b'])];
    expect(takeOverFields(entries, 'flux', [{ name: 'flux' }])).toEqual([entry('flux', 'Apply', ['a', 'b'])]);
  });

  it('refuses entries that cannot be read', () => {
    const broken = { ...entry('kubectl', 'Update', []), fieldsV1: { broken: {} } };
    expect(() => takeOverFields([broken], 'flux', fromKubectl)).toThrow(
      expect.objectContaining({ code: 'PATCH_FIELDS_INVALID' }) as Error,
    );
  });
});

describe('disownFields', () => {
  it('leaves out the entries of managers', () => {
    const kept = entry('flux', 'Apply', ['a']);
    expect(disownFields([entry('kubectl-edit', 'Update', ['b']), kept], fromKubectl)).toEqual([kept]);
  });

  it('leaves a single empty entry rather than none', () => {
    expect(disownFields([entry('kubectl-edit', 'Update', ['b'])], fromKubectl)).toEqual([{}]);
  });

  it('has nothing to do where no entry is picked', () => {
    expect(disownFields([entry('flux', 'Apply', ['a'])], fromKubectl)).toBeUndefined();
  });
});
