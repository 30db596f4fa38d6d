import type { MetricsRegistry } from '../metrics/metrics-registry.ts';

/** Counts the requests of webhooks, by the names that dashboards of the field know. */
export interface WebhookMetrics {
  /** A request came in; the answer ends it. */
  begin(webhook: string): (answer: { readonly code: number; readonly seconds: number }) => void;
  /** A handler threw. */
  panicked(): void;
  /** Certificates were read, with or without success. */
  certificateRead(ok: boolean): void;
}

/** Defines the metrics of webhooks and their certificates. Once a registry. */
export function webhookMetrics(registry: MetricsRegistry): WebhookMetrics {
  const requests = registry.counter({
    name: 'controller_runtime_webhook_requests_total',
    help: 'Requests to webhooks.',
    labels: ['webhook', 'code'],
  });
  const latency = registry.histogram({
    name: 'controller_runtime_webhook_latency_seconds',
    help: 'Until a webhook answered.',
    labels: ['webhook'],
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  });
  const inFlight = registry.gauge({
    name: 'controller_runtime_webhook_requests_in_flight',
    help: 'Requests that webhooks work on.',
    labels: ['webhook'],
  });
  const panics = registry.counter({
    name: 'controller_runtime_webhook_panics_total',
    help: 'Handlers of webhooks that threw.',
  });
  const reads = registry.counter({
    name: 'certwatcher_read_certificate_total',
    help: 'Reads of certificates.',
  });
  const readErrors = registry.counter({
    name: 'certwatcher_read_certificate_errors_total',
    help: 'Reads of certificates that failed.',
  });
  return {
    begin(webhook) {
      inFlight.add(1, { webhook });
      return ({ code, seconds }) => {
        inFlight.add(-1, { webhook });
        requests.add({ webhook, code: String(code) });
        latency.observe(seconds, { webhook });
      };
    },
    panicked: () => panics.add(),
    certificateRead(ok) {
      reads.add();
      if (!ok) readErrors.add();
    },
  };
}
