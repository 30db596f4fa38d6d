import { describe, expect, it } from 'vitest';

import { requestVerb } from './request-verb.ts';

describe('requestVerb', () => {
  it.each([
    ['GET', '/api/v1/pods', 'list'],
    ['GET', '/api/v1/namespaces', 'list'],
    ['GET', '/api/v1/namespaces/web', 'get'],
    ['GET', '/api/v1/namespaces/web/status', 'get'],
    ['GET', '/api/v1/namespaces/web/pods', 'list'],
    ['GET', '/api/v1/namespaces/web/pods/a', 'get'],
    ['GET', '/api/v1/namespaces/web/pods/a/log', 'get'],
    ['GET', '/apis/apps/v1/namespaces/web/deployments', 'list'],
    ['GET', '/apis/apps/v1/deployments?watch=1', 'watch'],
    ['GET', '/api/v1/namespaces/web/pods/a?watch=true', 'watch'],
    ['GET', '/api/v1/pods?watch=false', 'list'],
    ['GET', '/api/v1/watch/pods', 'watch'],
    ['GET', '/apis', 'get'],
    ['GET', '/apis/apps/v1', 'get'],
    ['GET', '/version', 'get'],
    ['POST', '/api/v1/namespaces', 'create'],
    ['PUT', '/api/v1/namespaces/web', 'update'],
    ['PATCH', '/api/v1/namespaces/web/pods/a', 'patch'],
    ['DELETE', '/api/v1/namespaces/web', 'delete'],
    ['DELETE', '/api/v1/namespaces/web/pods', 'deletecollection'],
    ['DELETE', '/api/v1/namespaces/web/pods/a', 'delete'],
  ])('%s %s is %s', (method, target, verb) => {
    const { pathname, searchParams } = new URL(target, 'http://host');
    expect(requestVerb(method, pathname, searchParams)).toBe(verb);
  });
});
