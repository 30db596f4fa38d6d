import { cloneValue, getOwn, type KubeObject } from '@gitops-toolkit/core';

import type { Authorizer } from '../auth/authorizer.ts';
import type { UserInfo } from '../auth/user.ts';
import type { Engine } from '../engine.ts';
import { jsonAnswer, type TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseBody, requireRecord } from '../http/request-body.ts';
import { decodeObject } from '../write/decode.ts';
import { trackUpdate } from '../write/managed-fields.ts';
import type { Scope } from '../write/scope.ts';
import { readWriteOptions } from '../write/write-options.ts';

/** What a review needs to know beside its request. */
export interface ReviewContext {
  readonly engine: Engine;
  readonly authorizer: Authorizer;
  /** Who holds a token; `undefined` when nobody does. */
  authenticateToken(token: string): UserInfo | undefined;
}

/** Kinds that are asked rather than stored: a POST is answered with the status filled in. */
const REVIEWS: Readonly<
  Record<string, (object: KubeObject, request: ApiRequest, context: ReviewContext) => unknown>
> = {
  'authentication.k8s.io/selfsubjectreviews': (_object, { user }) => ({ userInfo: userInfo(user) }),
  'authentication.k8s.io/tokenreviews': reviewToken,
  'authorization.k8s.io/selfsubjectaccessreviews': (object, { user }, { authorizer }) =>
    reviewAccess(object, user, authorizer),
  'authorization.k8s.io/subjectaccessreviews': reviewSubject,
  'authorization.k8s.io/localsubjectaccessreviews': reviewSubject,
  'authorization.k8s.io/selfsubjectrulesreviews': reviewRules,
};

/** Whether a resource is one of the reviews. */
export function isReview({ resource }: Scope): boolean {
  return Object.hasOwn(REVIEWS, resource.storage);
}

/** Answers POST on a review. */
export function review(context: ReviewContext, scope: Scope, request: ApiRequest): TextAnswer {
  const options = readWriteOptions(request, 'CreateOptions');
  const { resource } = scope;
  const { value, duplicates } = parseBody(request, resource.kind);
  const body = { value: requireRecord(value, resource.kind, request.body), duplicates };
  const decoded = decodeObject(resource, body, { ...options, warnings: request.warnings });
  const object = trackUpdate(resource, undefined, decoded, {
    manager: options.manager,
    time: context.engine.now(),
  });
  const answer = cloneValue(object);
  answer['status'] = REVIEWS[resource.storage]?.(object, request, context);
  if (resource.storage === 'authentication.k8s.io/selfsubjectreviews')
    answer.metadata = { creationTimestamp: context.engine.now() };
  return jsonAnswer(answer, 201);
}

function userInfo({ name, uid, groups, extra }: UserInfo): unknown {
  return { username: name, ...(uid === undefined ? {} : { uid }), groups, ...(extra ? { extra } : {}) };
}

function reviewToken(object: KubeObject, _request: ApiRequest, context: ReviewContext): unknown {
  const token = getOwn(object['spec'], 'token');
  const user = typeof token === 'string' ? context.authenticateToken(token) : undefined;
  return user ? { authenticated: true, user: userInfo(user) } : { user: {}, error: 'invalid bearer token' };
}

function reviewAccess(object: KubeObject, user: UserInfo, authorizer: Authorizer): unknown {
  const attributes = getOwn(object['spec'], 'resourceAttributes');
  const text = (key: string): string => String((getOwn(attributes, key) as string | undefined) ?? '');
  const path = getOwn(getOwn(object['spec'], 'nonResourceAttributes'), 'path') as string | undefined;
  const allowed =
    path === undefined
      ? authorizer.allows(user, {
          verb: text('verb'),
          group: text('group'),
          resource:
            text('subresource') === '' ? text('resource') : `${text('resource')}/${text('subresource')}`,
          namespace: text('namespace'),
          name: text('name'),
        })
      : authorizer.allowsPath(
          user,
          String(getOwn(getOwn(object['spec'], 'nonResourceAttributes'), 'verb')),
          path,
        );
  return { allowed };
}

function reviewSubject(object: KubeObject, _request: ApiRequest, { authorizer }: ReviewContext): unknown {
  const { spec } = object as { spec?: { user?: string; groups?: string[]; uid?: string } };
  return reviewAccess(object, { name: spec?.user ?? '', groups: spec?.groups ?? [] }, authorizer);
}

function reviewRules(object: KubeObject, { user }: ApiRequest, { authorizer }: ReviewContext): unknown {
  const namespace = (getOwn(object['spec'], 'namespace') as string | undefined) ?? '';
  return { ...authorizer.rulesFor(user, namespace), incomplete: false };
}
