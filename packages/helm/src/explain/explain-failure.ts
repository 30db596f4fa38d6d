import { type TracedFailure } from '@gitops-toolkit/go-template';
import { HelmError } from '../errors.ts';
import { chartOf, includesOf, type RenderTrace } from './render-trace.ts';
import { describeValue } from './describe-value.ts';

/** What a template failed with, and with it the way through the templates and the value that it failed with. */
export function explainFailure(error: unknown, trace: RenderTrace): unknown {
  if (!(error instanceof HelmError) || error.code !== 'HELM_TEMPLATE_FAILED') return error;
  const { failure } = trace.tracer;
  return failure ? explained(error, failure, trace) : error;
}

function explained(error: HelmError, failure: TracedFailure, trace: RenderTrace): HelmError {
  const { place, scope, value, key } = failure;
  const chart = chartOf(place, scope);
  const hint = value && describeValue(value, { chart, trace, ...(key !== undefined && { key }) });
  return new HelmError(error.code, error.message, {
    cause: error.cause,
    source: place.source,
    sourceText: place.text,
    includes: includesOf(scope),
    ...(value && { value: trace.value(value, chart) }),
    ...((hint ?? error.hint) !== undefined && { hint: hint ?? error.hint }),
  });
}
