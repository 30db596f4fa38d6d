import { getOwn, isRecord } from '@gitops-toolkit/core';
import type { FieldError } from '@gitops-toolkit/schema';

import { type Admission, admissionOf } from '../admission/admission.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { parseBody } from '../http/request-body.ts';
import { badRequest, invalid } from '../status-error.ts';
import { invalidValue, notSupported } from '../strategy/field-errors.ts';
import { dryRunErrors } from '../write/write-options.ts';

/** How dependents fare when their owner is deleted. */
export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

/** The options of a deletion, from its body or its query. */
export interface DeleteOptions {
  readonly dryRun: boolean;
  readonly propagation?: PropagationPolicy;
  readonly gracePeriodSeconds?: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
  /** Webhooks to ask, for a client's request. */
  readonly admission?: Admission;
}

/**
 * A body counts alone, also where it says nothing.
 *
 * @throws StatusError 400, 422
 */
export function readDeleteOptions(request: ApiRequest): DeleteOptions {
  const given = request.body.length > 0 ? fromBody(request) : fromQuery(request.query);
  const propagation = given['propagationPolicy'] as string | undefined;
  const orphan = given['orphanDependents'] as boolean | undefined;
  const grace = given['gracePeriodSeconds'] as number | undefined;
  const dryRun = (given['dryRun'] ?? []) as string[];
  const errors = check(dryRun, propagation, orphan);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors);
  const preconditions = given['preconditions'];
  const uid = getOwn(preconditions, 'uid') as string | undefined;
  const resourceVersion = getOwn(preconditions, 'resourceVersion') as string | undefined;
  const policy = (propagation ?? legacyPolicy(orphan)) as PropagationPolicy | undefined;
  return {
    dryRun: dryRun.length > 0,
    ...(policy === undefined ? {} : { propagation: policy }),
    // Negative grace counts as one second, as the generic registry has it.
    ...(grace === undefined ? {} : { gracePeriodSeconds: grace < 0 ? 1 : grace }),
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
    ...admissionOf(request, given, dryRun.length > 0),
  };
}

const legacyPolicy = (orphan: boolean | undefined): PropagationPolicy | undefined =>
  orphan === undefined ? undefined : orphan ? 'Orphan' : 'Background';

function check(
  dryRun: readonly string[],
  propagation: string | undefined,
  orphan: boolean | undefined,
): FieldError[] {
  const errors = dryRunErrors(dryRun);
  if (propagation !== undefined && orphan !== undefined) {
    errors.push(
      invalidValue(
        'propagationPolicy',
        propagation,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (propagation !== undefined && !['Background', 'Foreground', 'Orphan'].includes(propagation)) {
    errors.push(
      notSupported('propagationPolicy', propagation, ['Foreground', 'Background', 'Orphan', 'nil']),
    );
  }
  return errors;
}

function fromBody(request: ApiRequest): Record<string, unknown> {
  const { value } = parseBody(request, 'DeleteOptions');
  if (value === null) return {};
  if (!isRecord(value))
    throw badRequest('the object provided is unrecognized (must be of type DeleteOptions)');
  return value;
}

function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const options: Record<string, unknown> = { dryRun: query.getAll('dryRun') };
  const propagation = query.get('propagationPolicy');
  if (propagation !== null) options['propagationPolicy'] = propagation;
  const orphan = query.get('orphanDependents');
  if (orphan !== null) options['orphanDependents'] = orphan === 'true';
  const grace = query.get('gracePeriodSeconds');
  if (grace !== null) options['gracePeriodSeconds'] = Number(grace);
  return options;
}
