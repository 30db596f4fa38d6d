import { type Clock, isRecord, sleep, systemClock } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import { LinkedSignal } from '../linked-signal.ts';
import type { EventSink, ObjectEvent } from './event.ts';

/** Where a notification controller is, and who speaks to it. */
export interface NotificationSinkOptions {
  /** For example `http://notification-controller.flux-system.svc.cluster.local./`. */
  readonly address: string;
  /** The controller's name. */
  readonly reportingController: string;
  /** The replica's name. @default '' */
  readonly reportingInstance?: string;
  /** For one attempt. @default 5000 */
  readonly timeoutMs?: number;
  /** Attempts after the first, 1 s, 2 s, 4 s … apart. @default 4 */
  readonly maxRetries?: number;
  readonly fetch?: typeof globalThis.fetch;
  readonly clock?: Clock;
}

/** What the receiver takes as a message. */
const maxMessageLength = 39_000;

/** Posts events to Flux's notification controller, or to anything that takes its events. */
export function notificationSink(options: NotificationSinkOptions): EventSink {
  const {
    address,
    timeoutMs = 5000,
    maxRetries = 4,
    fetch = globalThis.fetch,
    clock = systemClock,
  } = options;
  return {
    async send(event, signal) {
      if (event.type === 'Trace') return;
      const body = JSON.stringify(notification(event, clock.now(), options));
      for (let attempt = 0; ; attempt++) {
        const failure = await post(body, signal);
        if (!failure) return;
        if (attempt >= maxRetries || failure.retry === 'terminal') throw failure;
        await sleep(Math.min(1000 * 2 ** attempt, 30_000), { clock, signal });
      }
    },
  };

  async function post(body: string, signal: AbortSignal): Promise<RuntimeError | undefined> {
    const expired = new AbortController();
    using either = new LinkedSignal(signal, expired.signal);
    const cancel = clock.setTimeout(
      () => expired.abort(new Error(`no answer in ${timeoutMs} ms`)),
      timeoutMs,
    );
    try {
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
        signal: either.signal,
      });
      await response.body?.cancel();
      // The receiver limits how often it hears the same: it has the event, and is not to be asked again.
      if (response.ok || response.status === 429) return undefined;
      return refused(address, `it answered ${response.status}`, { isOurs: response.status < 500 });
    } catch (cause) {
      signal.throwIfAborted();
      return refused(address, 'it could not be reached', { cause });
    } finally {
      cancel();
    }
  }
}

function refused(
  address: string,
  why: string,
  { isOurs = false, cause }: { readonly isOurs?: boolean; readonly cause?: unknown },
): RuntimeError {
  return new RuntimeError(
    'RUNTIME_NOTIFICATION_FAILED',
    `the event was not taken by ${hostOf(address)}: ${why}`,
    {
      retry: isOurs ? 'terminal' : 'backoff',
      cause,
    },
  );
}

/** An address may carry credentials, which belong into no message. */
function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : 'the address';
}

function notification(
  event: ObjectEvent,
  now: number,
  options: NotificationSinkOptions,
): Record<string, unknown> {
  const { object, type, reason, message, metadata } = event;
  const { name, namespace, uid, resourceVersion } = object.metadata;
  return {
    involvedObject: {
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      namespace,
      uid,
      resourceVersion,
    },
    severity: type === 'Warning' ? 'error' : 'info',
    timestamp: new Date(now).toISOString(),
    message: message.slice(0, maxMessageLength),
    reason,
    ...(isRecord(metadata) && { metadata }),
    reportingController: options.reportingController,
    ...(options.reportingInstance !== undefined && { reportingInstance: options.reportingInstance }),
  };
}
