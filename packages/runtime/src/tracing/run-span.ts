import { errorMessage } from '@gitops-toolkit/core';
import type * as OpenTelemetry from '@opentelemetry/api';

import type { RunTracer, TracedRun } from '../controller/run-tracer.ts';
import { reconcileIdKey } from './reconcile-id.ts';

/** A run within a span: what is called meanwhile is below it. */
export function runSpan<R extends Awaited<ReturnType<RunTracer>>>(
  api: typeof OpenTelemetry,
  tracer: OpenTelemetry.Tracer,
  run: TracedRun,
  work: () => Promise<R>,
): Promise<R> {
  const context = api.context.active().setValue(reconcileIdKey(api), run.reconcileId);
  const attributes = {
    controller: run.controller,
    controllerKind: run.kind,
    name: run.name,
    ...(run.namespace !== undefined && { namespace: run.namespace }),
    reconcileID: run.reconcileId,
  };
  return tracer.startActiveSpan(`reconcile ${run.controller}`, { attributes }, context, async (span) => {
    try {
      const result = await work();
      span.setAttribute('result', result.outcome);
      if (result.error !== undefined) fail(api, span, result.error);
      return result;
    } finally {
      span.end();
    }
  });
}

/** Says of a span that what it stands for failed. */
export function fail(api: typeof OpenTelemetry, span: OpenTelemetry.Span, error: unknown): void {
  span.recordException(error instanceof Error ? error : errorMessage(error));
  span.setStatus({ code: api.SpanStatusCode.ERROR, message: errorMessage(error) });
}
