import { describe, expect, it } from 'vitest';
import { failure } from '../testing/build-files.ts';
import { findSlots, lookUp, splitFieldPath } from './field-path.ts';
import { setSlot, slotValue } from './field-slot.ts';

const object = (): Record<string, unknown> => ({
  metadata: { annotations: { 'example.com/a.b': 'x' } },
  spec: {
    containers: [
      { name: 'web', ports: [80, 443] },
      { name: 'webhook', ports: [9443] },
    ],
  },
});

describe('splitFieldPath', () => {
  it.each([
    ['spec.replicas', ['spec', 'replicas']],
    ['.spec.replicas', ['spec', 'replicas']],
    ['metadata.annotations.example\\.com/a', ['metadata', 'annotations', 'example.com/a']],
    ['metadata.annotations.[example.com/a.b]', ['metadata', 'annotations', 'example.com/a.b']],
    ['spec.rules.[host=shop.example.com].http', ['spec', 'rules', '[host=shop.example.com]', 'http']],
    ['spec.containers.0.args.*', ['spec', 'containers', '0', 'args', '*']],
  ])('splits %s', (path, parts) => {
    expect(splitFieldPath(path)).toEqual(parts);
  });
});

describe('lookUp', () => {
  const valueAt = (path: string): unknown => {
    const slot = lookUp(object(), splitFieldPath(path));
    return slot && slotValue(slot);
  };

  it.each([
    ['spec.containers.0.name', 'web'],
    ['spec.containers.-.name', 'webhook'],
    ['spec.containers.[name=webhook].ports.0', 9443],
    ['spec.containers.[name=hook]', undefined],
    ['spec.containers.0.ports.[=443]', 443],
    ['spec.containers.7.name', undefined],
    ['metadata.annotations.[example.com/a.b]', 'x'],
    ['status.phase', undefined],
  ])('finds at %s: %j', (path, value) => {
    expect(valueAt(path)).toEqual(value);
  });

  it.each([
    ['spec.containers.*.name', 'wildcard is not supported'],
    ['spec.containers.-3', 'array index -3 cannot be negative'],
    ['spec.containers.name', 'expected MappingNode but got SequenceNode'],
    ['metadata.0', 'expected SequenceNode but got MappingNode'],
  ])('refuses %s', (path, message) => {
    expect(failure(() => valueAt(path)).message).toContain(message);
  });
});

describe('findSlots', () => {
  const find = (path: string): unknown[] =>
    findSlots(object(), splitFieldPath(path), undefined).map(slotValue);

  it('finds every element for an asterisk', () => {
    expect(find('spec.containers.*.name')).toEqual(['web', 'webhook']);
    expect(find('spec.containers.*.ports.*')).toEqual([80, 443, 9443]);
  });

  it('matches values as patterns anywhere in the text', () => {
    expect(find('spec.containers.[name=web].name')).toEqual(['web', 'webhook']);
    expect(find('spec.containers.[name=^web$].name')).toEqual(['web']);
    expect(find('spec.containers.0.ports.[=4]')).toEqual([443]);
  });

  it('makes what is missing, elements and lists included', () => {
    const root = object();
    for (const path of [
      'spec.new.field',
      'spec.tolerations.[key=gpu].effect',
      'spec.args.0',
      'spec.containers.2.name',
    ]) {
      for (const slot of findSlots(root, splitFieldPath(path), 'scalar')) setSlot(slot, 'set');
    }
    expect(root['spec']).toMatchObject({
      new: { field: 'set' },
      tolerations: [{ key: 'gpu', effect: 'set' }],
      args: ['set'],
      containers: [{ name: 'web' }, { name: 'webhook' }, { name: 'set' }],
    });
  });

  it('refuses a position behind the next one', () => {
    const far = (): unknown => findSlots(object(), splitFieldPath('spec.containers.5.name'), 'scalar');
    expect(failure(far).message).toBe('index 5 specified but only 2 elements found');
  });

  it('finds nothing through a text', () => {
    expect(find('metadata.annotations.[example.com/a.b].c')).toEqual([]);
  });
});
