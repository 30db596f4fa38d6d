import type { IncomingMessage, ServerResponse } from 'node:http';

import { type Clock, errorMessage, findToolkitError, type Logger } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import { type AdmissionHandler, answerAdmission } from './answer-admission.ts';
import { answerConversion, type Converter } from './conversion.ts';
import { answerTo, BadReview, readReview } from './review.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';
import { CONVERT_PATH } from './webhook-paths.ts';

/** What requests are answered with. */
export interface ReviewRoutes {
  /** By path. */
  readonly handlers: ReadonlyMap<string, AdmissionHandler>;
  readonly converterOf: (kind: { readonly group: string; readonly kind: string }) => Converter | undefined;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly metrics: WebhookMetrics;
}

/** The time where the server names none, which is its own default. */
const DEFAULT_TIMEOUT_MS = 10_000;
const MAX_TIMEOUT_MS = 30_000;

/** Answers one request of the API server. Never rejects. */
export async function answerReview(
  message: IncomingMessage,
  response: ServerResponse,
  routes: ReviewRoutes,
): Promise<void> {
  const url = URL.parse(message.url ?? '/', 'https://localhost');
  const path = url?.pathname ?? '/';
  const handler = routes.handlers.get(path);
  // Others are not counted: a path of a stranger's choice is no label.
  if (!handler && path !== CONVERT_PATH) return send(response, 404, 'there is no webhook at this path\n');
  const { clock } = routes;
  const began = clock.monotonic();
  const end = routes.metrics.begin(path);
  const { code, body } = await answer(
    message,
    response,
    { path, handler, timeoutMs: timeoutOf(url) },
    routes,
  );
  send(response, code, body);
  end({ code, seconds: (clock.monotonic() - began) / 1000 });
}

interface Call {
  readonly path: string;
  readonly handler: AdmissionHandler | undefined;
  readonly timeoutMs: number;
}

async function answer(
  message: IncomingMessage,
  response: ServerResponse,
  { path, handler, timeoutMs }: Call,
  { clock, converterOf, logger, metrics }: ReviewRoutes,
): Promise<{ readonly code: number; readonly body: string }> {
  const log = logger.with({ webhook: path });
  const onError = (error: unknown): void => {
    metrics.panicked();
    const { code, hint } = findToolkitError(error) ?? {};
    log.error('a webhook failed', { error, ...(code && { code }), ...(hint && { hint }) });
  };
  using patience = new Patience(response, timeoutMs, clock);
  try {
    if (!handler) {
      const review = await readReview(message, {
        apiVersion: 'apiextensions.k8s.io/v1',
        kind: 'ConversionReview',
      });
      return { code: 200, body: answerTo(review, await answerConversion(review, converterOf, onError)) };
    }
    const review = await readReview(message, { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' });
    const options = { signal: patience.signal, log: log.with({ requestID: review.uid }), onError };
    return { code: 200, body: answerTo(review, await answerAdmission(review, handler, options)) };
  } catch (error) {
    const code = error instanceof BadReview ? error.status : 500;
    log.error('a request was not understood', { error, code });
    return { code, body: `${errorMessage(error)}\n` };
  }
}

/** The server names its time for each call. */
function timeoutOf(url: URL | null): number {
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(url?.searchParams.get('timeout') ?? '') ?? [];
  return seconds === undefined ? DEFAULT_TIMEOUT_MS : Math.min(Number(seconds) * 1000, MAX_TIMEOUT_MS);
}

/** A signal that is aborted when the other side does not wait any more. */
class Patience implements Disposable {
  readonly #controller = new AbortController();
  readonly #cancel: () => void;

  constructor(response: ServerResponse, timeoutMs: number, clock: Clock) {
    this.#cancel = clock.setTimeout(() => {
      const message = `the webhook did not answer within ${timeoutMs} ms`;
      this.#controller.abort(new RuntimeError('RUNTIME_WEBHOOK_TIMEOUT', message, { retry: 'backoff' }));
    }, timeoutMs);
    response.once('close', () => {
      if (response.writableFinished) return;
      const message = 'the API server closed the connection';
      this.#controller.abort(new RuntimeError('RUNTIME_WEBHOOK_TIMEOUT', message, { retry: 'backoff' }));
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  [Symbol.dispose](): void {
    this.#cancel();
  }
}

function send(response: ServerResponse, code: number, body: string): void {
  response.writeHead(code, {
    'content-type': code === 200 ? 'application/json' : 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    // What is left of a body that was not read would be taken for the next request.
    ...(code === 413 && { connection: 'close' }),
  });
  response.end(body);
}
