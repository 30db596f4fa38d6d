import type { ResponseInfo } from '@gitops-toolkit/kube';

import type { MetricsRegistry } from './metrics-registry.ts';

/** Upper bounds, in seconds. */
const BUCKETS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60];

/**
 * Defines the metrics of a Kubernetes client and gives what to pass to it as `onResponse`. Once a
 * registry.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { clientMetrics, MetricsRegistry } from '@gitops-toolkit/runtime';
 *
 * const registry = new MetricsRegistry();
 * export const client = new KubeClient(await loadKubeconfig(), { onResponse: clientMetrics(registry) });
 * ```
 */
export function clientMetrics(registry: MetricsRegistry): (response: ResponseInfo) => void {
  const requests = registry.counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server.',
    labels: ['code', 'method', 'host'],
  });
  const seconds = registry.histogram({
    name: 'rest_client_request_duration_seconds',
    help: 'Until the head of the answer.',
    labels: ['verb', 'host'],
    buckets: BUCKETS,
  });
  const retries = registry.counter({
    name: 'rest_client_request_retries_total',
    help: 'Requests that repeat one.',
    labels: ['code', 'verb', 'host'],
  });
  const waited = registry.histogram({
    name: 'rest_client_rate_limiter_duration_seconds',
    help: 'How long requests wait for their turn.',
    labels: ['verb', 'host'],
    buckets: BUCKETS,
  });
  return ({ method, host, status, durationMs, waitedMs, attempt }) => {
    const code = status === 0 ? '<error>' : String(status);
    requests.add({ code, method, host });
    if (attempt > 0) retries.add({ code, verb: method, host });
    waited.observe(waitedMs / 1000, { verb: method, host });
    seconds.observe(durationMs / 1000, { verb: method, host });
  };
}
