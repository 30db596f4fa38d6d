import { TemplateError } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { HelmError, type HelmErrorCode } from '../errors.ts';

/** Marks what `required` and `fail` say, so that it can be told without the way there. */
const WARNING_START = 'HELM_ERR_START';
const WARNING_END = 'HELM_ERR_END';

/** A message of a template's author, to be shown without the includes around it. */
export function markWarning(text: string): string {
  return WARNING_START + text + WARNING_END;
}

/** A template that cannot be parsed, in Helm's words: its file and line, and the last of what is wrong. */
export function parseFailure(error: TemplateError, name: string): HelmError {
  const parts = error.message.split(': ');
  const message =
    parts.length === 1
      ? `parse error in (${name}): ${error.message}`
      : `parse error at (${parts[1]}): ${parts.at(-1)}`;
  return failure(error, message);
}

/** A template that failed, in Helm's words. */
export function renderFailure(error: TemplateError, dialect: Dialect): HelmError {
  const [, location = '', rest = ''] = /^[^:]*: (.*?): (.*)$/s.exec(error.message) ?? [];
  const start = rest.indexOf(WARNING_START);
  const end = rest.lastIndexOf(WARNING_END);
  if (start >= 0 && end > start) {
    return failure(
      error,
      `execution error at (${location}): ${rest.slice(start + WARNING_START.length, end)}`,
    );
  }
  return failure(error, (dialect === 'v4' ? traceOf(error) : undefined) ?? error.message);
}

function failure(error: TemplateError, message: string): HelmError {
  const code: HelmErrorCode = error.code === 'GO_TEMPLATE_LIMIT' ? 'HELM_LIMIT' : 'HELM_TEMPLATE_FAILED';
  return new HelmError(code, message, {
    cause: error,
    ...(error.source && { source: error.source }),
    ...(error.sourceText !== undefined && { sourceText: error.sourceText }),
    ...(error.hint !== undefined && { hint: error.hint }),
  });
}

/** Helm 4 shows the way through the includes line by line, where every step of it is known. */
function traceOf(error: TemplateError): string | undefined {
  const steps: string[] = [];
  for (let current: unknown = error; current !== undefined; current = (current as Error).cause) {
    const step = current instanceof Error ? stepOf(current.message) : undefined;
    if (step === undefined) return undefined;
    if (steps.at(-1) !== step) steps.push(step);
  }
  return steps.join('').trim();
}

function stepOf(message: string): string | undefined {
  if (!message.startsWith('template: ')) return undefined;
  const rest = message.slice('template: '.length);
  if (rest.startsWith('no template ')) return `${message}\n`;
  const executing = /^(.*?): executing "(.*?)" at <(.*?)>: (.*)$/s.exec(rest);
  if (executing) {
    const [, location, name, at, text = ''] = executing;
    return `${location}\n  executing "${name}" at <${at}>:\n    ${withoutChain(text)}\n`;
  }
  const split = rest.lastIndexOf(': ');
  return split < 0 ? undefined : `${rest.slice(0, split)}\n  ${withoutChain(rest.slice(split + 2))}\n`;
}

/** What follows is a step of its own. */
function withoutChain(text: string): string {
  const cut = text.indexOf(' template:');
  return cut < 0 ? text : text.slice(0, cut);
}
