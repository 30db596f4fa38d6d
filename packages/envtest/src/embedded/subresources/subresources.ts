import type { Engine } from '../engine.ts';
import type { Answer } from '../http/answer.ts';
import { textAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { renderObject } from '../read/render.ts';
import { methodNotAllowed, resourceNotFound, StatusError } from '../status-error.ts';
import { patch } from '../write/patch.ts';
import { requireEntry, type Scope, versionOf } from '../write/scope.ts';
import { update } from '../write/update.ts';
import { evict } from './eviction.ts';
import { finalize } from './finalize.ts';
import { podLog } from './pod-log.ts';
import { scale } from './scale.ts';
import { serviceAccountToken, type TokenSigner } from './service-account-token.ts';

/** What parts of objects are answered from. */
export interface SubresourceContext {
  readonly engine: Engine;
  readonly signer: TokenSigner;
}

/** Answers requests to a part of an object. */
export function answerSubresource(context: SubresourceContext, scope: Scope, request: ApiRequest): Answer {
  const { engine } = context;
  const { resource, subresource = '' } = scope;
  if (!resource.subresources.some(({ name }) => name === subresource)) throw resourceNotFound();
  switch (subresource) {
    case 'status':
    case 'approval':
    case 'resize':
    case 'ephemeralcontainers':
      return answerPart(context, scope, request);
    case 'scale':
      return scale(engine, scope, request);
    case 'finalize':
      return finalize(engine, scope, request);
    case 'token':
      return serviceAccountToken(engine, scope, request, context.signer);
    case 'eviction':
      return evict(engine, scope, request);
    case 'log':
      return textAnswer(podLog(requireEntry(engine, scope).object, request.query));
    default:
      throw new StatusError(
        501,
        'NotImplemented',
        `${resource.plural}/${subresource} is not served by the embedded server`,
      );
  }
}

/** A part that is read and written as the whole object. */
function answerPart({ engine }: SubresourceContext, scope: Scope, request: ApiRequest): Answer {
  switch (request.method) {
    case 'GET': {
      const entry = requireEntry(engine, scope);
      return renderObject(
        request,
        scope.resource,
        { object: versionOf(scope, entry), entry },
        { now: engine.clock.now() },
      );
    }
    case 'PUT':
      return update(engine, scope, request);
    case 'PATCH':
      return patch(engine, scope, request);
    default:
      throw methodNotAllowed();
  }
}
