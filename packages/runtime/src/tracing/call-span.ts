import { KubeError, type TracedCall } from '@gitops-toolkit/kube';
import type * as OpenTelemetry from '@opentelemetry/api';

import { reconcileIdKey } from './reconcile-id.ts';
import { fail } from './run-span.ts';

/** A call of a client within a span, which its requests carry on. */
export function callSpan<T>(
  api: typeof OpenTelemetry,
  tracer: OpenTelemetry.Tracer,
  { method, path, host }: TracedCall,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const reconcileID = api.context.active().getValue(reconcileIdKey(api));
  const attributes = {
    'http.request.method': method,
    'server.address': host,
    'url.path': path,
    ...(typeof reconcileID === 'string' && { reconcileID }),
  };
  const options = { attributes, kind: api.SpanKind.CLIENT };
  return tracer.startActiveSpan(`${method} ${path}`, options, async (span) => {
    const headers: Record<string, string> = {};
    api.propagation.inject(api.context.active(), headers);
    try {
      return await work(headers);
    } catch (error) {
      if (error instanceof KubeError && error.status > 0)
        span.setAttribute('http.response.status_code', error.status);
      fail(api, span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}
