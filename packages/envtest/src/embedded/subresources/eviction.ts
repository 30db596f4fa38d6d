import { getOwn } from '@gitops-toolkit/core';

import { deleteObject } from '../delete/delete-object.ts';
import type { Engine } from '../engine.ts';
import { jsonAnswer, type TextAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseBody, requireRecord } from '../http/request-body.ts';
import { fromLabelSelectorObject, matchesLabels } from '../selectors/label-selector.ts';
import { methodNotAllowed, StatusError } from '../status-error.ts';
import { requireEntry, type Scope } from '../write/scope.ts';

/** Answers POST on a Pod's `/eviction`: deletes it unless a PodDisruptionBudget has nothing to spare. */
export function evict(engine: Engine, scope: Scope, request: ApiRequest): TextAnswer {
  if (request.method !== 'POST') throw methodNotAllowed();
  const body = requireRecord(parseBody(request, 'Eviction').value, 'Eviction', request.body);
  const entry = requireEntry(engine, scope);
  const budgets = engine.list('policy/poddisruptionbudgets', scope.namespace).filter((budget) => {
    const selector = fromLabelSelectorObject(getOwn(budget['spec'], 'selector'));
    return selector.length > 0 && matchesLabels(selector, entry.object.metadata.labels);
  });
  if (budgets.some((budget) => getOwn(budget['status'], 'disruptionsAllowed') === 0)) {
    const message = "Cannot evict pod as it would violate the pod's disruption budget.";
    throw new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds: 10 });
  }
  const options = getOwn(body, 'deleteOptions');
  const grace = getOwn(options, 'gracePeriodSeconds') as number | undefined;
  deleteObject(engine, scope, entry, {
    dryRun: getOwn(options, 'dryRun') !== undefined,
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace }),
  });
  return jsonAnswer({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }, 201);
}
