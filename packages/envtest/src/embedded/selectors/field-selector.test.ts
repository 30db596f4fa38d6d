import { describe, expect, it } from 'vitest';

import { matchesFields, parseFieldSelector } from './field-selector.ts';

const pods = { fields: ['spec.nodeName', 'status.phase'], typed: true };
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'a', namespace: 'b' },
  spec: { nodeName: 'n1' },
};

describe('parseFieldSelector', () => {
  it('reads conditions', () => {
    expect(parseFieldSelector('metadata.name=a,status.phase!=Running', pods)).toEqual([
      { field: 'metadata.name', equal: true, value: 'a' },
      { field: 'status.phase', equal: false, value: 'Running' },
    ]);
    expect(parseFieldSelector('', pods)).toEqual([]);
  });

  it('unescapes values', () => {
    expect(parseFieldSelector(String.raw`metadata.name=a\,b\=c`, pods)[0]?.value).toBe('a,b=c');
  });

  it('refuses fields that the kind does not know', () => {
    expect(() => parseFieldSelector('spec.x=1', pods)).toThrow('field label not supported: spec.x');
    const custom = { fields: ['spec.color'], typed: false };
    expect(() => parseFieldSelector('spec.x=1', custom)).toThrow(
      '"spec.x" is not a known field selector: only "metadata.name", "metadata.namespace", "spec.color"',
    );
  });

  it('refuses what is no condition', () => {
    expect(() => parseFieldSelector('metadata.name', pods)).toThrow("can't understand");
  });
});

describe('matchesFields', () => {
  const matches = (text: string): boolean => matchesFields(parseFieldSelector(text, pods), pod);

  it('compares texts, and takes a missing field as empty', () => {
    expect(matches('spec.nodeName=n1,metadata.namespace=b')).toBe(true);
    expect(matches('status.phase=')).toBe(true);
    expect(matches('spec.nodeName!=n1')).toBe(false);
  });
});
