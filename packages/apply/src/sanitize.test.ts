import type { KubeObject } from '@gitops-toolkit/core';
import { KubeError } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';
import { maskSecrets, sanitizeError } from './sanitize.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const secret = (data: Record<string, string>, annotations?: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', ...(annotations && { annotations }) },
  data,
});

const refused = (message: string): KubeError =>
  new KubeError('KUBE_STATUS', message, {
    status: 422,
    reason: 'Invalid',
    details: { causes: [{ message, field: 'data' }] },
    retryAfterMs: 5,
  });

describe('sanitizeError', () => {
  it('takes the values of a Secret out of what the server says', () => {
    const object = secret({ password: base64('hunter2-hunter2') });
    const error = sanitizeError(
      refused(`data: Invalid value: "hunter2-hunter2" (${base64('hunter2-hunter2')})`),
      object,
    ) as KubeError;
    expect(error).toBeInstanceOf(KubeError);
    expect(JSON.stringify([error.message, error.details, error.stack])).not.toMatch(/hunter2|aHVudGVy/);
    expect(error).toMatchObject({ status: 422, reason: 'Invalid', retryAfterMs: 5 });
    expect(error.cause).toBeUndefined();
  });

  it('takes out stringData and copies in annotations', () => {
    const object: KubeObject = {
      ...secret({}, { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"k":"abcdefgh"}}' }),
      stringData: { k: 'plain-text-value' },
    };
    const error = sanitizeError(refused('plain-text-value {"data":{"k":"abcdefgh"}}'), object) as KubeError;
    expect(error.message).not.toMatch(/plain-text-value|abcdefgh/);
  });

  it('leaves other kinds and other errors alone', () => {
    const error = refused('some value');
    expect(sanitizeError(error, { ...secret({ a: 'some value' }), kind: 'ConfigMap' })).toBe(error);
    const other = new Error('x');
    expect(sanitizeError(other, secret({}))).toBe(other);
  });
});

describe('maskSecrets', () => {
  it('says which values differ and shows none', () => {
    const before = secret({
      same: base64('same-value'),
      changed: base64('old-value'),
      gone: base64('gone-value'),
    });
    const after = secret({
      same: base64('same-value'),
      changed: base64('new-value'),
      added: base64('added-value'),
    });
    expect(maskSecrets(before, after)).toEqual({
      before: secret({ same: '***', changed: '*** (before)', gone: '***' }),
      after: secret({ same: '***', changed: '*** (after)', added: '***' }),
    });
  });

  it('masks one side alone, and its last applied copy', () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{"data":{}}', note: 'x' };
    const masked = maskSecrets(undefined, secret({ a: 'YQ==' }, annotations));
    expect(masked.before).toBeUndefined();
    expect(masked.after).toEqual(
      secret({ a: '***' }, { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': '***' }),
    );
  });

  it('leaves other kinds as they are', () => {
    const map = { ...secret({ a: 'b' }), kind: 'ConfigMap' };
    expect(maskSecrets(map, undefined)).toEqual({ before: map, after: undefined });
  });
});
