import { describe, expect, it } from 'vitest';

import { age, humanDuration } from './age.ts';
import { customColumns } from './custom-columns.ts';
import { compileJsonPath } from './json-path.ts';
import { podColumns } from './kinds/pod-columns.ts';

describe('humanDuration', () => {
  const s = 1000;
  const m = 60 * s;
  const h = 60 * m;
  const d = 24 * h;
  it.each([
    [0, '0s'],
    [119 * s, '119s'],
    [3 * m + 20 * s, '3m20s'],
    [10 * m + 5 * s, '10m'],
    [179 * m, '179m'],
    [3 * h + 5 * m, '3h5m'],
    [12 * h, '12h'],
    [3 * d + 4 * h, '3d4h'],
    [100 * d, '100d'],
    [800 * d, '2y70d'],
    [3650 * d, '10y'],
    [-5 * s, '<invalid>'],
  ])('shows %i ms as %s', (ms, text) => {
    expect(humanDuration(ms)).toBe(text);
  });

  it('shows missing and broken times', () => {
    expect(age(undefined, 0)).toBe('<unknown>');
    expect(age('soon', 0)).toBe('<invalid>');
  });
});

describe('compileJsonPath', () => {
  const object = {
    spec: { replicas: 3, 'dotted.key': 'x', ports: [{ port: 80 }, { port: 443 }] },
    status: {
      conditions: [
        { type: 'Ready', status: 'True' },
        { type: 'Healthy', status: 'False' },
      ],
    },
  };
  it.each([
    ['.spec.replicas', [3]],
    ['spec.replicas', [3]],
    ['{.spec.replicas}', [3]],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type=='Healthy')].status", ['False']],
    ['.status.conditions[?(@.type!="Ready")].type', ['Healthy']],
    ['.spec.ports[0].port', [80]],
    ['.spec.ports[-1].port', [443]],
    ['.spec.ports[*].port', [80, 443]],
    [".spec['dotted.key']", ['x']],
    [String.raw`.spec.dotted\.key`, ['x']],
    ['.spec.missing.deeper', []],
    ['.spec.ports[9]', []],
    ['.spec[(weird', []],
  ])('finds %s', (path, found) => {
    expect(compileJsonPath(path)(object)).toEqual(found);
  });

  it('never reads what objects inherit', () => {
    expect(compileJsonPath('.constructor.name')(object)).toEqual([]);
  });
});

describe('customColumns', () => {
  const cell = (type: string, value: unknown): unknown => {
    const [column] = customColumns([{ name: 'X', type, jsonPath: '.spec.x' }]);
    return column?.cell(
      { apiVersion: 'a/v1', kind: 'A', metadata: {}, spec: { x: value } },
      Date.parse('2026-01-01T01:00:00Z'),
    );
  };

  it('shows values of their type, and nothing for others', () => {
    expect(cell('integer', 5)).toBe(5);
    expect(cell('integer', 'five')).toBeNull();
    expect(cell('boolean', true)).toBe(true);
    expect(cell('boolean', 'yes')).toBeNull();
    expect(cell('string', 5)).toBe('5');
    expect(cell('string', undefined)).toBeNull();
    expect(cell('date', '2026-01-01T00:00:00Z')).toBe('60m');
    expect(cell('date', 5)).toBeNull();
  });

  it('says where the value is from', () => {
    const [column] = customColumns([{ name: 'X', type: 'string', jsonPath: '.spec.x' }]);
    expect(column?.definition.description).toBe(
      'Custom resource definition column (in JSONPath format): .spec.x',
    );
  });
});

describe('pod columns', () => {
  const cells = (pod: object): unknown[] => {
    const object = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {},
      spec: { containers: [{ name: 'a' }, { name: 'b' }] },
      ...pod,
    };
    return podColumns.slice(0, 3).map(({ cell }) => cell(object, 0));
  };

  it('show what keeps a Pod from running', () => {
    expect(
      cells({
        status: {
          phase: 'Running',
          containerStatuses: [
            { ready: true, state: { running: {} } },
            { ready: false, restartCount: 2 },
          ],
        },
      }),
    ).toEqual(['1/2', 'Running', '2']);
    expect(
      cells({
        status: {
          phase: 'Pending',
          containerStatuses: [{ state: { waiting: { reason: 'ImagePullBackOff' } } }],
        },
      })[1],
    ).toBe('ImagePullBackOff');
    expect(
      cells({
        status: { phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 3 } } }] },
      })[1],
    ).toBe('ExitCode:3');
    expect(
      cells({
        status: {
          phase: 'Pending',
          initContainerStatuses: [{ state: { waiting: { reason: 'CrashLoopBackOff' } } }],
        },
      })[1],
    ).toBe('Init:CrashLoopBackOff');
    expect(cells({ metadata: { deletionTimestamp: 'x' }, status: { phase: 'Running' } })[1]).toBe(
      'Terminating',
    );
  });
});
