import { TemplateError, type TracedFailure } from '@gitops-toolkit/go-template';
import { HelmError } from '../errors.ts';
import { chartOf, includesOf, type RenderTrace, scopesOf } from './render-trace.ts';
import { describeCondition, describeValue, originText, typeIn } from './describe-value.ts';

/** What a template failed with, and with it the way through the templates and the value that it failed with. */
export function explainFailure(error: unknown, trace: RenderTrace): unknown {
  if (!(error instanceof HelmError) || error.code !== 'HELM_TEMPLATE_FAILED') return error;
  const { failure } = trace.tracer;
  return failure ? explained(error, failure, trace) : error;
}

function explained(error: HelmError, failure: TracedFailure, trace: RenderTrace): HelmError {
  const { place, scope, value } = failure;
  const chart = chartOf(place, scope);
  const hint = hintFor(error, failure, trace) ?? error.hint;
  return new HelmError(error.code, error.message, {
    cause: error.cause,
    source: place.source,
    sourceText: place.text,
    includes: includesOf(scope),
    ...(value && { value: { ...trace.named(value, chart), type: typeIn(value.value) } }),
    ...(hint !== undefined && { hint }),
  });
}

function hintFor(error: HelmError, failure: TracedFailure, trace: RenderTrace): string | undefined {
  const parts = [reasonFor(error, failure, trace), textOrigin(failure, trace)].filter(
    (part) => part !== undefined,
  );
  return parts.length === 0 ? undefined : parts.join(' ');
}

function reasonFor(
  error: HelmError,
  { place, scope, value, key }: TracedFailure,
  trace: RenderTrace,
): string | undefined {
  const context = { chart: chartOf(place, scope), trace };
  if (isUndefinedTemplate(error))
    return 'No chart that is enabled defines it: a dependency may be disabled, or missing.';
  if (value) return describeValue(value, { ...context, ...(key !== undefined && { key }) });
  const condition = scopesOf(scope).findLast(({ kind }) => kind !== 'call');
  return condition && describeCondition(condition, context);
}

/** Where the text comes from that `tpl` executes. */
function textOrigin({ place, scope }: TracedFailure, trace: RenderTrace): string | undefined {
  const read = scopesOf(scope)
    .flatMap(({ reads }) => reads)
    .findLast(({ value }) => value === place.text);
  if (!read) return undefined;
  const { path, origin } = trace.named(read, chartOf(place, scope));
  return `The template is the text of ${path}${origin ? ` (${originText(origin)})` : ''}.`;
}

/** Something was included that is not there. */
function isUndefinedTemplate(error: HelmError): boolean {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause)
    if (cause instanceof TemplateError && cause.code === 'GO_TEMPLATE_NOT_DEFINED') return true;
  return false;
}
