import {
  cloneValue,
  errorMessage,
  getOwn,
  isRecord,
  type KubeObject,
  type Logger,
} from '@gitops-toolkit/core';
import { createJsonPatch } from '@gitops-toolkit/patch/json';

import type { AdmissionRequest, AdmissionUser, Mutator, Validator } from './admission-request.ts';
import { Denial } from './decision.ts';
import type { Review } from './review.ts';
import { Warnings } from './warnings.ts';

/** What answers the reviews of a path, and whether it may change the object. */
export interface AdmissionHandler {
  readonly mutates: boolean;
  readonly handle: Mutator | Validator;
}

/** What goes with a review into its answer. */
export interface AnswerOptions {
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Gets what the handler threw. */
  readonly onError: (error: unknown) => void;
}

/** The `response` of an AdmissionReview. A handler that throws refuses, so that nothing passes unseen. */
export async function answerAdmission(
  review: Review,
  { handle, mutates }: AdmissionHandler,
  { signal, log, onError }: AnswerOptions,
): Promise<Record<string, unknown>> {
  const warnings = new Warnings();
  const annotations: Record<string, string> = {};
  const request = readRequest(review, {
    signal,
    log,
    warn: (text) => warnings.add(text),
    annotate: (key, value) => {
      annotations[key] = value;
    },
  });
  const before = cloneValue(request.object);
  const denial = await decide(handle, request, signal, onError);
  return {
    ...(denial ? { allowed: false, status: denial.status } : { allowed: true }),
    ...(!denial && mutates && patchOf(before, request)),
    ...(warnings.texts.length > 0 && { warnings: warnings.texts }),
    ...(Object.keys(annotations).length > 0 && { auditAnnotations: annotations }),
  };
}

async function decide(
  handle: AdmissionHandler['handle'],
  request: AdmissionRequest,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<Denial | undefined> {
  try {
    return (await Promise.race([handle(request), whenAborted(signal)])) ?? undefined;
  } catch (error) {
    onError(error);
    const code = signal.aborted ? 504 : 500;
    return new Denial(errorMessage(error), { code });
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** A deleted object is not written: there is nothing to patch. */
function patchOf(before: KubeObject, { object, operation }: AdmissionRequest): Record<string, string> {
  const operations = operation === 'DELETE' ? [] : createJsonPatch(before, object);
  if (operations.length === 0) return {};
  return { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(operations)).toString('base64') };
}

function readRequest(
  { request, uid }: Review,
  given: Pick<AdmissionRequest, 'annotate' | 'log' | 'signal' | 'warn'>,
): AdmissionRequest {
  const text = (key: string): string => {
    const value = getOwn(request, key);
    return typeof value === 'string' ? value : '';
  };
  const operation = text('operation') as AdmissionRequest['operation'];
  const old = getOwn(request, 'oldObject');
  const object = getOwn(request, 'object') ?? cloneValue(old);
  const options = getOwn(request, 'options');
  const [namespace, subresource] = [text('namespace'), text('subResource')];
  return {
    operation,
    object: object as KubeObject,
    ...(isRecord(old) && { old: old as unknown as KubeObject }),
    user: readUser(getOwn(request, 'userInfo')),
    dryRun: getOwn(request, 'dryRun') === true,
    // A deletion of a collection names none of its objects.
    name: text('name') || named(object),
    uid,
    ...(namespace !== '' && { namespace }),
    ...(subresource !== '' && { subresource }),
    ...(isRecord(options) && { options }),
    ...given,
  };
}

function named(object: unknown): string {
  return (getOwn(getOwn(object, 'metadata'), 'name') as string | undefined) ?? '';
}

function readUser(info: unknown): AdmissionUser {
  const uid = getOwn(info, 'uid');
  return {
    username: (getOwn(info, 'username') as string | undefined) ?? '',
    groups: (getOwn(info, 'groups') as string[] | undefined) ?? [],
    extra: (getOwn(info, 'extra') as Record<string, string[]> | undefined) ?? {},
    ...(typeof uid === 'string' && { uid }),
  };
}
