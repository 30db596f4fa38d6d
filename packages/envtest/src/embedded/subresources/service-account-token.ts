import { createHmac, timingSafeEqual } from 'node:crypto';

import { cloneValue, getOwn, type KubeObject } from '@gitops-toolkit/core';

import { builtinSchema } from '@gitops-toolkit/schema';

import type { Engine } from '../engine.ts';
import { jsonAnswer, type TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseBody, requireRecord } from '../http/request-body.ts';
import { methodNotAllowed } from '../status-error.ts';
import { trackUpdate } from '../write/managed-fields.ts';
import { requireEntry, type Scope } from '../write/scope.ts';
import { readWriteOptions } from '../write/write-options.ts';

const DEFAULT_LIFETIME_S = 3600;

/** How tokens are signed, and in whose name. */
export interface TokenSigner {
  readonly issuer: string;
  readonly secret: Buffer;
}

/** Answers POST on a ServiceAccount's `/token` with a signed token that this server accepts. */
export function serviceAccountToken(
  engine: Engine,
  scope: Scope,
  request: ApiRequest,
  { issuer, secret }: TokenSigner,
): TextAnswer {
  if (request.method !== 'POST') throw methodNotAllowed();
  const options = readWriteOptions(request, 'CreateOptions');
  const { metadata } = requireEntry(engine, scope).object;
  const body = requireRecord(parseBody(request, 'TokenRequest').value, 'TokenRequest', request.body);
  const spec = cloneValue((body['spec'] ?? {}) as Record<string, unknown>);
  spec['expirationSeconds'] ??= DEFAULT_LIFETIME_S;
  const asked = tokenRequest(spec, {});
  const tracked = trackUpdate(scope.resource, undefined, asked, {
    manager: options.manager,
    time: engine.now(),
    subresource: 'token',
    schema: builtinSchema({ group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest' }),
  });
  const expires = engine.clock.now() + Number(spec['expirationSeconds']) * 1000;
  spec['audiences'] ??= [issuer];
  spec['boundObjectRef'] ??= null;
  const claims = {
    iss: issuer,
    aud: spec['audiences'],
    exp: Math.floor(expires / 1000),
    iat: Math.floor(engine.clock.now() / 1000),
    sub: `system:serviceaccount:${metadata.namespace}:${metadata.name}`,
    'kubernetes.io': {
      namespace: metadata.namespace,
      serviceaccount: { name: metadata.name, uid: metadata.uid },
    },
  };
  const answer = tokenRequest(spec, {
    name: metadata.name,
    namespace: metadata.namespace,
    uid: metadata.uid,
    creationTimestamp: engine.now(),
    managedFields: tracked.metadata.managedFields,
  });
  const expirationTimestamp = new Date(expires).toISOString().replace(/\.\d+Z$/, 'Z');
  answer['status'] = { token: signToken(claims, secret), expirationTimestamp };
  return jsonAnswer(answer, 201);
}

function tokenRequest(spec: unknown, metadata: Record<string, unknown>): KubeObject {
  return {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: metadata as KubeObject['metadata'],
    spec,
  };
}

/** A JWT that only this server can check: its key is a secret of the process. */
function signToken(claims: unknown, secret: Buffer): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'HS256' })}.${part(claims)}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** The subject of a token of ours that has not expired; `undefined` for others. */
export function verifyToken(
  token: string,
  secret: Buffer,
  nowMs: number,
): { sub: string; uid?: string } | undefined {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const expected = createHmac('sha256', secret).update(`${header}.${payload}`).digest();
  const given = Buffer.from(signature, 'base64url');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Record<string, unknown>;
  if (Number(claims['exp']) * 1000 <= nowMs) return undefined;
  const uid = getOwn(getOwn(claims['kubernetes.io'], 'serviceaccount'), 'uid') as string | undefined;
  return { sub: String(claims['sub']), ...(uid === undefined ? {} : { uid }) };
}
