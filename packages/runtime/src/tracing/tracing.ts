import { errorMessage } from '@gitops-toolkit/core';
import type { CallTracer } from '@gitops-toolkit/kube';
import type * as OpenTelemetry from '@opentelemetry/api';

import type { RunTracer } from '../controller/run-tracer.ts';
import { callSpan } from './call-span.ts';
import { runSpan } from './run-span.ts';

type Api = typeof OpenTelemetry;

/** Under which name tracers of this package are asked for. */
const scope = '@gitops-toolkit/runtime';

/**
 * Spans for runs of reconcilers and for requests to the API server, through OpenTelemetry's API: where they go is what
 * the program's own SDK is set up for; without one they go nowhere.
 *
 * `@opentelemetry/api` is an optional peer dependency: {@link Tracing.load} loads it where it is installed, and
 * nothing is traced before that, nor without it. A manager loads its tracing before it starts anything else.
 *
 * - `reconcile <controller>`: `controller`, `controllerKind`, `name`, `namespace`, `reconcileID`, `result`; a run that
 *   failed has the status `ERROR` and its exception.
 * - `<method> <path>`, a client's span: `http.request.method`, `server.address`, `url.path`, `reconcileID` within a
 *   run, `http.response.status_code` of an error. The request carries the span on, so that an API server that traces
 *   continues it.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { manager, terminationSignal, Tracing } from '@gitops-toolkit/runtime';
 *
 * const tracing = new Tracing();
 * await tracing.load();
 * const client = new KubeClient(await loadKubeconfig(), { traceCall: tracing.traceCall });
 * await manager({ name: 'site-controller', client, tracing }).run(terminationSignal());
 * ```
 */
export class Tracing {
  #api: Api | undefined;
  #loading: Promise<void> | undefined;

  /** Begins to trace where `@opentelemetry/api` is installed. Twice is as once. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Traces a run of a reconciler. */
  readonly traceRun: RunTracer = (run, work) => {
    const api = this.#api;
    return api ? runSpan(api, api.trace.getTracer(scope), run, work) : work();
  };

  /** Traces a call of a client: its option `traceCall`. */
  readonly traceCall: CallTracer = (call, work) => {
    const api = this.#api;
    return api ? callSpan(api, api.trace.getTracer(scope), call, work) : work({});
  };

  async #load(): Promise<void> {
    try {
      this.#api = await import('@opentelemetry/api');
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

/** Another failure is one of the package, and to be seen. */
function isMissing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && errorMessage(error).includes('@opentelemetry/api');
}
