import { describe, expect, it } from 'vitest';
import { isConflict, isForbidden, isGone, isInvalid, isNotFound } from './errors.ts';
import { errorOfResponse, errorOfStatus } from './status-error.ts';
import { statusBody } from './testdata/stub-server.ts';

const respond = (status: number, body: string | object, retryAfter?: string) =>
  errorOfResponse({ status, text: typeof body === 'string' ? body : JSON.stringify(body), retryAfter });

describe('errorOfResponse', () => {
  it('takes over message, reason and details of a Status', () => {
    const details = {
      name: 'web',
      group: 'apps',
      kind: 'Deployment',
      causes: [{ reason: 'FieldValueRequired', field: 'spec.selector' }],
    };
    const error = respond(422, statusBody(422, 'Invalid', 'Deployment.apps "web" is invalid', details));
    expect(error).toMatchObject({
      code: 'KUBE_STATUS',
      message: 'Deployment.apps "web" is invalid',
      status: 422,
      reason: 'Invalid',
      details,
      retry: 'terminal',
    });
    expect(isInvalid(error)).toBe(true);
  });

  it.each([
    [404, '404 page not found\n', '404 page not found', 'NotFound', 'terminal'],
    [502, '<html>bad gateway</html>', '<html>bad gateway</html>', '', 'backoff'],
    [503, '', 'the server answered 503', 'ServiceUnavailable', 'backoff'],
    [403, '{"not":"a status"}', '{"not":"a status"}', 'Forbidden', 'terminal'],
    [500, '{broken', '{broken', 'InternalError', 'backoff'],
  ])('makes the best of %s without a Status', (status, body, message, reason, retry) => {
    expect(respond(status, body)).toMatchObject({ message, reason, retry });
  });

  it('cuts the pages of proxies', () => {
    expect(respond(502, 'x'.repeat(100_000)).message.length).toBeLessThan(5000);
  });

  it('takes the wait from the header first', () => {
    const body = statusBody(429, 'TooManyRequests', 'slow', { retryAfterSeconds: 9 });
    expect(respond(429, body, '2').retryAfterMs).toBe(2000);
    expect(respond(429, body).retryAfterMs).toBe(9000);
    expect(respond(429, body, '0').retryAfterMs).toBe(0);
    const silent = statusBody(429, 'TooManyRequests', 'slow', { retryAfterSeconds: 0 });
    expect(respond(429, silent).retryAfterMs).toBeUndefined();
    expect(respond(429, body, 'Wed, 21 Oct 2015 07:28:00 GMT').retryAfterMs).toBe(9000);
  });

  it.each([
    [404, 'NotFound', isNotFound],
    [409, 'Conflict', isConflict],
    [410, 'Expired', isGone],
    [403, 'Forbidden', isForbidden],
  ] as const)('is recognised as %s %s', (status, reason, predicate) => {
    expect(predicate(respond(status, statusBody(status, reason, 'm')))).toBe(true);
    expect(predicate(respond(400, statusBody(400, 'BadRequest', 'm')))).toBe(false);
    expect(predicate(new Error('m'))).toBe(false);
  });

  it('takes the code of an event', () => {
    expect(errorOfStatus({ kind: 'Status', code: 410, message: 'gone' })).toMatchObject({
      status: 410,
      reason: 'Gone',
    });
    expect(errorOfStatus({ kind: 'Status' }).message).toBe('the server answered 0');
  });
});
