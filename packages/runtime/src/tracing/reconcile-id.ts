import type * as OpenTelemetry from '@opentelemetry/api';

let key: symbol | undefined;

/** Under which a context keeps the id of the run that it is part of. */
export function reconcileIdKey(api: typeof OpenTelemetry): symbol {
  return (key ??= api.createContextKey('reconcileID'));
}
