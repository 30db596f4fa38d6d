import { KubeError } from '@gitops-toolkit/kube';
import { describe, expect, it } from 'vitest';
import { dryRunError, retryOf } from './dry-run-error.ts';
import { isImmutableError } from './immutable.ts';

const status = (code: number, reason: string, message = 'm', causes: { reason: string }[] = []): KubeError =>
  new KubeError('KUBE_STATUS', message, {
    status: code,
    reason,
    details: { causes },
    retry: code >= 500 ? 'backoff' : 'terminal',
  });

const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', namespace: 'web' } };

describe('isImmutableError', () => {
  it.each([
    [status(409, 'Conflict'), true],
    [status(422, 'Invalid'), true],
    [status(403, 'Forbidden', 'admission webhook denied: spec.size is immutable'), true],
    [status(400, 'BadRequest', 'cannot change immutable field'), true],
    [status(409, 'AlreadyExists'), false],
    [status(403, 'Forbidden'), false],
    [new Error('network'), false],
  ])('tells %s: %s', (error, isImmutable) => {
    expect(isImmutableError(error)).toBe(isImmutable);
  });
});

describe('dryRunError', () => {
  it.each([
    [status(422, 'Invalid', 'bad'), 'ConfigMap/web/a dry-run failed (Invalid): bad'],
    [
      status(409, 'Conflict', 'owned', [{ reason: 'FieldManagerConflict' }]),
      'ConfigMap/web/a dry-run failed (FieldManagerConflict): owned',
    ],
    [
      status(404, 'NotFound', 'namespaces "web" not found'),
      'ConfigMap/web/a not found: namespaces "web" not found',
    ],
    [
      new KubeError('KUBE_NO_MATCH', 'no matches', { status: 404, reason: 'NotFound' }),
      'ConfigMap/web/a dry-run failed: no matches',
    ],
    [new Error('network'), 'ConfigMap/web/a dry-run failed: network'],
  ])('words %s', (error, message) => {
    expect(dryRunError(error, object)).toMatchObject({
      code: 'APPLY_DRY_RUN_FAILED',
      message,
      cause: error,
      object: { kind: 'ConfigMap', name: 'a' },
    });
  });

  it('can be retried where the request can', () => {
    expect(dryRunError(status(503, 'ServiceUnavailable'), object).retry).toBe('backoff');
    expect(dryRunError(status(422, 'Invalid'), object).retry).toBe('terminal');
    expect(retryOf(new KubeError('KUBE_STATUS', 'm', { retry: 'backoff', retryAfterMs: 3 }))).toEqual({
      retry: 'backoff',
      retryAfterMs: 3,
    });
  });
});
