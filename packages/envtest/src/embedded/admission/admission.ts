import { getOwn, type KubeObject, parseJson } from '@gitops-toolkit/core';
import { applyJsonPatch } from '@gitops-toolkit/patch/json';

import type { Engine } from '../engine.ts';
import type { ApiRequest } from '../http/api-request.ts';
import { badRequest, StatusError } from '../status-error.ts';
import { decodeObject } from '../write/decode.ts';
import { type Called, callWebhook } from './call-webhook.ts';
import { type Author, admissionReview, type Write } from './review-request.ts';
import type { Question, Session } from './session.ts';
import { type Webhook, webhooksFor } from './webhook-configuration.ts';

/** What webhooks have to say about the writes of one request. */
export class Admission {
  readonly #session: Session;
  readonly #author: Author;
  readonly #warnings: string[];

  constructor(session: Session, author: Author, warnings: string[]) {
    this.#session = session;
    this.#author = author;
    this.#warnings = warnings;
  }

  /** The object as mutating webhooks make it, one after the other. @throws StatusError where one refuses */
  mutate(engine: Engine, write: Write): KubeObject {
    let { object } = write;
    /** What each saw last, of those that want to see what others did after them. */
    const seen = new Map<Webhook, KubeObject | undefined>();
    const round = (webhooks: readonly Webhook[]): void => {
      for (const webhook of webhooks) {
        object = this.#mutateOnce(engine, webhook, { ...write, object });
        if (webhook.reinvocationPolicy === 'IfNeeded') seen.set(webhook, object);
      }
    };
    round(webhooksFor(engine, 'mutating', write.scope, write.operation, [object, write.old]));
    round([...seen].filter(([, last]) => last !== object).map(([webhook]) => webhook));
    return object as KubeObject;
  }

  /** @throws StatusError where a validating webhook refuses */
  validate(engine: Engine, write: Write): void {
    const webhooks = webhooksFor(engine, 'validating', write.scope, write.operation, [
      write.object,
      write.old,
    ]);
    const answers = this.#session.answers(webhooks.map((webhook) => this.#question(engine, webhook, write)));
    webhooks.forEach((webhook, i) => void this.#read(webhook, answers[i] as Called));
  }

  #mutateOnce(engine: Engine, webhook: Webhook, write: Write): KubeObject | undefined {
    const [called] = this.#session.answers([this.#question(engine, webhook, write)]);
    const response = this.#read(webhook, called as Called);
    const patch = response?.['patch'];
    if (typeof patch !== 'string' || !write.object) return write.object;
    try {
      const operations = parseJson(Buffer.from(patch, 'base64').toString('utf8'));
      const value = applyJsonPatch(write.object, operations, { dialect: 'evanphx' }) as Record<
        string,
        unknown
      >;
      const reading = { fieldValidation: 'Ignore', warnings: [] } as const;
      return decodeObject(write.scope.resource, { value, duplicates: [] }, { ...reading, warnings: [] });
    } catch (error) {
      throw failed((error as Error).message);
    }
  }

  #question(engine: Engine, webhook: Webhook, write: Write): Question<Called> {
    if (this.#author.dryRun && !['None', 'NoneOnDryRun'].includes(webhook.sideEffects))
      throw badRequest(`admission webhook "${webhook.name}" does not support dry run`);
    const { clientConfig, name, timeoutSeconds } = webhook;
    const { scope, operation, object, old } = write;
    const key = JSON.stringify([name, clientConfig, operation, scope.subresource, object, old]);
    const review = admissionReview(write, this.#author, engine.newUid());
    return { key, ask: () => callWebhook(clientConfig, review, timeoutSeconds) };
  }

  /** The answer of a webhook that lets the write pass; none where it failed and that is to be ignored. */
  #read(webhook: Webhook, called: Called): Readonly<Record<string, unknown>> | undefined {
    if ('failure' in called) {
      if (webhook.failurePolicy === 'Ignore') return undefined;
      throw failed(`failed calling webhook "${webhook.name}": ${called.failure}`);
    }
    const { response } = called;
    const warnings = response['warnings'];
    if (Array.isArray(warnings)) this.#warnings.push(...warnings.map(String));
    if (response['allowed'] === true) return response;
    throw denied(webhook.name, response['status']);
  }
}

/** What webhooks are asked for a request; nothing where there are none. */
export function admissionOf(
  request: ApiRequest,
  options: Readonly<Record<string, unknown>>,
  dryRun: boolean,
): { readonly admission?: Admission } {
  const { session, user, warnings } = request;
  return session ? { admission: new Admission(session, { user, dryRun, options }, warnings) } : {};
}

function failed(message: string): StatusError {
  const causes = [{ message }];
  return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, { causes });
}

function denied(name: string, status: unknown): StatusError {
  const text = (key: string): string => (getOwn(status, key) as string | undefined) ?? '';
  const code = Number(getOwn(status, 'code') ?? 0);
  const reason = text('reason');
  const why = text('message') || reason;
  const by = `admission webhook "${name}" denied the request`;
  const message = why === '' ? `${by} without explanation` : `${by}: ${why}`;
  const details = getOwn(status, 'details') as StatusError['details'];
  return new StatusError(code < 400 ? 400 : code, reason === '' ? undefined : reason, message, details);
}
