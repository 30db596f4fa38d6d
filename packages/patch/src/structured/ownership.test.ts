import { getOwn } from '@gitops-toolkit/core';
import type { Schema } from '@gitops-toolkit/schema';
import { describe, expect, it } from 'vitest';

import { FieldSet } from './field-set.ts';
import {
  type FieldOwner,
  type FieldOwners,
  structuredApply,
  type StructuredApplyOptions,
  structuredUpdate,
} from './ownership.ts';
import { pathString } from './path-element.ts';
import { TypedValue } from './typed-value.ts';

const TEXT: Schema = { type: 'string' };
const schema: Schema = {
  type: 'object',
  properties: {
    color: TEXT,
    size: TEXT,
    labels: { type: 'object', additionalProperties: TEXT },
    tags: { type: 'array', items: TEXT, 'x-kubernetes-list-type': 'set' },
    struct: { type: 'object', properties: { a: TEXT, b: TEXT } },
    items: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['id'],
      items: { type: 'object', properties: { id: TEXT, value: TEXT, extra: TEXT } },
    },
  },
};

type Write = Partial<Pick<StructuredApplyOptions, 'apiVersion' | 'convert' | 'ignored' | 'force'>>;

/** A value that several managers write to, one after the other. */
class Shared {
  value: unknown = null;
  owners: FieldOwners = new Map();
  schema: Schema = schema;

  apply(manager: string, config: unknown, write: Write = {}): string[] {
    const result = structuredApply({
      ...this.#common(manager, write),
      config: TypedValue.of(config, this.schema),
      force: write.force ?? false,
    });
    if (!result.owners)
      return result.conflicts.map((conflict) => `${conflict.manager} ${pathString(conflict.path)}`);
    if (result.value) this.value = result.value.value;
    this.owners = result.owners;
    return [];
  }

  update(manager: string, updated: unknown, write: Write = {}): void {
    this.owners = structuredUpdate({
      ...this.#common(manager, write),
      updated: TypedValue.of(updated, this.schema, { allowDuplicates: true }),
    });
    this.value = updated;
  }

  #common(manager: string, { apiVersion = 'v1', convert, ignored }: Write) {
    return {
      live: TypedValue.of(this.value, this.schema, { allowDuplicates: true }),
      owners: this.owners,
      manager,
      apiVersion,
      ...(convert ? { convert } : {}),
      ...(ignored ? { ignored } : {}),
    };
  }

  fields(manager: string): unknown {
    return this.owners.get(manager)?.fields.toFieldsV1();
  }
}

describe('structuredApply', () => {
  it('owns what it applies and nothing else', () => {
    const shared = new Shared();
    expect(shared.apply('a', { color: 'red', labels: { x: '1' } })).toEqual([]);
    expect(shared.value).toEqual({ color: 'red', labels: { x: '1' } });
    expect(shared.owners.get('a')).toMatchObject({ apiVersion: 'v1', applied: true });
    expect(shared.fields('a')).toEqual({ 'f:color': {}, 'f:labels': { 'f:x': {} } });
  });

  it('shares fields that have the same value', () => {
    const shared = new Shared();
    shared.apply('a', { color: 'red' });
    expect(shared.apply('b', { color: 'red', size: 'L' })).toEqual([]);
    expect(shared.fields('a')).toEqual({ 'f:color': {} });
    expect(shared.fields('b')).toEqual({ 'f:color': {}, 'f:size': {} });
  });

  it('reports every field in conflict and changes nothing', () => {
    const shared = new Shared();
    shared.apply('a', { color: 'red', labels: { x: '1' } });
    shared.apply('b', { items: [{ id: 'i', value: '1' }] });
    const before = { value: shared.value, owners: shared.owners };
    expect(
      shared
        .apply('c', { color: 'blue', labels: { x: '2', y: '1' }, items: [{ id: 'i', value: '2' }] })
        .sort(),
    ).toEqual(['a .color', 'a .labels.x', 'b .items[id="i"].value']);
    expect({ value: shared.value, owners: shared.owners }).toEqual(before);
  });

  it('takes fields over by force', () => {
    const shared = new Shared();
    shared.apply('a', { color: 'red', size: 'L' });
    shared.update('ui', { color: 'red', size: 'L', labels: { x: '1' } });
    expect(shared.apply('b', { color: 'blue', labels: { x: '2' } }, { force: true })).toEqual([]);
    expect(shared.value).toEqual({ color: 'blue', size: 'L', labels: { x: '2' } });
    expect(shared.fields('a')).toEqual({ 'f:size': {} });
    expect(shared.fields('ui')).toEqual({ 'f:labels': {} });
  });

  it('removes what it applied before and applies no more', () => {
    const shared = new Shared();
    shared.apply('a', {
      color: 'red',
      labels: { x: '1', y: '1' },
      tags: ['t', 'u'],
      items: [{ id: 'i', value: '1' }, { id: 'j' }],
    });
    shared.apply('a', { labels: { y: '1' }, tags: ['u'], items: [{ id: 'j' }] });
    expect(shared.value).toEqual({ labels: { y: '1' }, tags: ['u'], items: [{ id: 'j' }] });
  });

  it('leaves what others own, with all that contains it', () => {
    const shared = new Shared();
    shared.apply('a', { color: 'red', struct: { a: '1' }, items: [{ id: 'i', value: '1' }] });
    shared.apply('b', { color: 'red', struct: { b: '2' }, items: [{ id: 'i', extra: '2' }] });
    shared.apply('a', {});
    expect(shared.value).toEqual({ color: 'red', struct: { b: '2' }, items: [{ id: 'i', extra: '2' }] });
    expect(shared.owners.has('a')).toBe(false);
  });

  it('removes items that nobody owns, with what somebody updated in them', () => {
    const shared = new Shared();
    shared.apply('a', { items: [{ id: 'i', value: '1' }, { id: 'j' }] });
    shared.update('ui', { items: [{ id: 'i', value: '1', extra: 'x' }, { id: 'j' }] });
    shared.apply('a', { items: [{ id: 'j' }] });
    expect(shared.value).toEqual({ items: [{ id: 'j' }] });
  });

  it('has no new value where nothing changes', () => {
    const live = TypedValue.of({ color: 'red' }, schema);
    const config = TypedValue.of({ color: 'red' }, schema);
    const result = structuredApply({
      live,
      config,
      owners: new Map(),
      manager: 'a',
      apiVersion: 'v1',
      force: false,
    });
    expect(result.value).toBeUndefined();
    expect(result.owners?.get('a')?.fields.toFieldsV1()).toEqual({ 'f:color': {} });
  });

  it('does not own ignored fields', () => {
    const ignored = (): FieldSet => FieldSet.fromPaths([['f:struct']]);
    const shared = new Shared();
    shared.apply('a', { color: 'red', struct: { a: '1' } }, { ignored });
    expect(shared.fields('a')).toEqual({ 'f:color': {} });
    expect(shared.apply('b', { struct: { a: '2' } }, { ignored })).toEqual([]);
    expect(shared.owners.has('b')).toBe(false);
  });

  it('follows a schema in which a struct became atomic', () => {
    const shared = new Shared();
    shared.apply('a', { struct: { a: '1' } });
    shared.schema = {
      ...schema,
      properties: {
        struct: { ...schema.properties?.['struct'], 'x-kubernetes-map-type': 'atomic' } as Schema,
      },
    };
    expect(shared.apply('b', { struct: { a: '1', b: '2' } })).toEqual(['a .struct']);
    expect(shared.apply('a', { struct: { b: '3' } })).toEqual([]);
    expect(shared.value).toEqual({ struct: { b: '3' } });
    expect(shared.fields('a')).toEqual({ 'f:struct': {} });
  });
});

describe('structuredUpdate', () => {
  it('owns what it changes, and takes it from others', () => {
    const shared = new Shared();
    shared.apply('a', { color: 'red', size: 'L', labels: { x: '1' } });
    shared.update('ui', { color: 'blue', size: 'L', labels: {} });
    expect(shared.fields('a')).toEqual({ 'f:size': {} });
    expect(shared.fields('ui')).toEqual({ 'f:color': {} });
    expect(shared.owners.get('ui')).toMatchObject({ apiVersion: 'v1', applied: false });
  });

  it('keeps what it owned and did not remove', () => {
    const shared = new Shared();
    shared.update('ui', { color: 'red', size: 'L' });
    shared.update('ui', { color: 'red', labels: { x: '1' } });
    expect(shared.fields('ui')).toEqual({ 'f:color': {}, 'f:labels': { '.': {}, 'f:x': {} } });
  });

  it('owns nothing where it changes nothing', () => {
    const shared = new Shared();
    shared.apply('a', { color: 'red' });
    shared.update('ui', { color: 'red' });
    expect(shared.owners.has('ui')).toBe(false);
  });

  it('drops managers that own nothing any more', () => {
    const shared = new Shared();
    shared.apply('a', { color: 'red' });
    shared.update('ui', {});
    expect([...shared.owners.keys()]).toEqual([]);
  });
});

describe('versions', () => {
  /** v2 has `colour` for `color`; v3 was dropped. */
  const convert = (value: TypedValue, apiVersion: string): TypedValue | undefined => {
    if (apiVersion === 'v3') return undefined;
    const from = getOwn(value.value, 'colour') === undefined ? 'color' : 'colour';
    const to = apiVersion === 'v2' ? 'colour' : 'color';
    const fields = (value.value ?? {}) as Record<string, unknown>;
    const entries = Object.entries(fields).map(([key, item]) => [key === from ? to : key, item]);
    return TypedValue.of(Object.fromEntries(entries), undefined);
  };

  function owner(apiVersion: string, fields: unknown, applied = true): FieldOwner {
    return { apiVersion, applied, fields: FieldSet.fromFieldsV1(fields) };
  }

  it('finds conflicts in the version of the owner', () => {
    const result = structuredApply({
      live: TypedValue.of({ color: 'red' }, undefined),
      config: TypedValue.of({ color: 'blue' }, undefined),
      owners: new Map([['old', owner('v2', { 'f:colour': {} })]]),
      manager: 'me',
      apiVersion: 'v1',
      force: false,
      convert,
    });
    expect(result.conflicts.map(({ path }) => pathString(path))).toEqual(['.colour']);
  });

  it('prunes what was applied in another version', () => {
    const result = structuredApply({
      live: TypedValue.of({ color: 'red', size: 'L' }, undefined),
      config: TypedValue.of({ size: 'L' }, undefined),
      owners: new Map([['me', owner('v2', { 'f:colour': {}, 'f:size': {} })]]),
      manager: 'me',
      apiVersion: 'v1',
      force: false,
      convert,
    });
    expect(result.value?.value).toEqual({ size: 'L' });
  });

  it('drops owners in versions that are gone, and then prunes nothing', () => {
    const result = structuredApply({
      live: TypedValue.of({ color: 'red' }, undefined),
      config: TypedValue.of({ size: 'L' }, undefined),
      owners: new Map([
        ['me', owner('v3', { 'f:color': {} })],
        ['other', owner('v3', { 'f:color': {} }, false)],
      ]),
      manager: 'me',
      apiVersion: 'v1',
      force: false,
      convert,
    });
    expect(result.value?.value).toEqual({ color: 'red', size: 'L' });
    expect([...(result.owners?.keys() ?? [])]).toEqual(['me']);
  });
});
