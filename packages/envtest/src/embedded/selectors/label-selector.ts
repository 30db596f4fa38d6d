import { getOwn } from '@gitops-toolkit/core';

import { badRequest } from '../status-error.ts';
import { labelValueError, qualifiedNameErrors } from '../strategy/names.ts';

/** One condition of a label selector. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';
  readonly values: readonly string[];
}

/** Conditions that all have to hold. */
export type LabelSelector = readonly LabelRequirement[];

/**
 * Parses the text of a `labelSelector` parameter: `a=b,c!=d,e in (f,g),!h`.
 *
 * @throws StatusError 400 with the words of apimachinery.
 */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = tokenize(text);
  const requirements: LabelRequirement[] = [];
  let position = 0;
  const next = (): string => tokens[position++] ?? '';
  const peek = (): string => tokens[position] ?? '';
  if (tokens.length > 0 && !isStart(peek())) {
    throw badRequest(`found '${peek()}', expected: !, identifier, or 'end of string'`);
  }
  while (position < tokens.length) {
    requirements.push(parseRequirement(next, peek));
    if (position >= tokens.length) break;
    const separator = next();
    if (separator !== ',') throw badRequest(`found '${separator}', expected: ',' or 'end of string'`);
    if (!isStart(peek())) throw badRequest(`found '${peek()}', expected: identifier after ','`);
  }
  return requirements;
}

/** Whether a token begins a condition. */
const isStart = (token: string): boolean => token === '!' || (token !== '' && !/^[(),=<>!]+$/.test(token));

function parseRequirement(next: () => string, peek: () => string): LabelRequirement {
  const first = next();
  if (first === '!') return { key: requireKey(next()), operator: '!', values: [] };
  const key = requireKey(first);
  switch (peek()) {
    case '':
    case ',':
      return { key, operator: 'exists', values: [] };
    case '=':
    case '==':
      next();
      return { key, operator: 'in', values: [value(key, next, peek)] };
    case '!=':
      next();
      return { key, operator: 'notin', values: [value(key, next, peek)] };
    case '>':
    case '<':
      return { key, operator: next() === '>' ? 'gt' : 'lt', values: [bound(key, next())] };
    case 'in':
    case 'notin':
      return { key, operator: next() as 'in' | 'notin', values: valueList(key, next, peek) };
    default:
      throw failure(`found '${peek()}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

function value(key: string, next: () => string, peek: () => string): string {
  if (peek() === '' || peek() === ',') return '';
  return checkValue(key, 0, requireWord(next()));
}

function bound(key: string, token: string): string {
  if (/^-?\d+$/.test(token)) return token;
  const text = "for 'Gt', 'Lt' operators, the value must be an integer";
  throw failure(`values[0][${key}]: Invalid value: ${JSON.stringify(token)}: ${text}`);
}

function valueList(key: string, next: () => string, peek: () => string): string[] {
  const open = next();
  if (open !== '(') throw failure(`found '${open}' expected: '('`);
  const values: string[] = [];
  for (;;) {
    const token = peek();
    if (token === '') throw failure(`found '', expected: ',', or identifier`);
    values.push(token === ',' || token === ')' ? '' : checkValue(key, values.length, requireWord(next())));
    const end = next();
    if (end === ')') return values;
    if (end !== ',') throw failure(`found '${end}', expected: ',' or ')'`);
  }
}

function requireKey(token: string): string {
  requireWord(token);
  const [text] = qualifiedNameErrors(token);
  if (text !== undefined) throw failure(`<nil>: Invalid value: ${JSON.stringify(token)}: ${text}`);
  return token;
}

function checkValue(key: string, index: number, token: string): string {
  const text = labelValueError(token);
  if (text === undefined) return token;
  throw failure(`values[${index}][${key}]: Invalid value: ${JSON.stringify(token)}: ${text}`);
}

function requireWord(token: string): string {
  if (!/^[(),!=<>]*$/.test(token)) return token;
  throw failure(`found '${token}', expected: identifier`);
}

const failure = (what: string): Error => badRequest(`unable to parse requirement: ${what}`);

function tokenize(text: string): string[] {
  return text.match(/==|!=|[=!,()<>]|[^=!,()<>\s]+/g) ?? [];
}

/** Whether an object's labels meet all conditions. */
export function matchesLabels(selector: LabelSelector, labels: Record<string, string> | undefined): boolean {
  return selector.every(({ key, operator, values }) => {
    const actual = getOwn(labels, key) as string | undefined;
    switch (operator) {
      case 'exists':
        return actual !== undefined;
      case '!':
        return actual === undefined;
      case 'in':
        return actual !== undefined && values.includes(actual);
      case 'gt':
        return actual !== undefined && Number(actual) > Number(values[0]);
      case 'lt':
        return actual !== undefined && Number(actual) < Number(values[0]);
      case 'notin':
        return actual === undefined || !values.includes(actual);
    }
  });
}

/** The conditions of a `LabelSelector` object: `{matchLabels, matchExpressions}`. */
export function fromLabelSelectorObject(selector: unknown): LabelSelector {
  const requirements: LabelRequirement[] = [];
  const labels = (getOwn(selector, 'matchLabels') ?? {}) as Record<string, string>;
  for (const key of Object.keys(labels).sort()) {
    requirements.push({ key, operator: 'in', values: [labels[key] as string] });
  }
  const expressions = (getOwn(selector, 'matchExpressions') ?? []) as {
    key: string;
    operator: string;
    values?: string[];
  }[];
  for (const { key, operator, values = [] } of expressions) {
    const known = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!' } as const;
    requirements.push({ key, operator: known[operator as keyof typeof known], values });
  }
  return requirements;
}

/** A selector object as the text that `kubectl` and Scale show. */
export function formatLabelSelector(selector: LabelSelector): string {
  return selector
    .map(({ key, operator, values }) => {
      if (operator === 'exists') return key;
      if (operator === '!') return `!${key}`;
      if (operator === 'in' && values.length === 1) return `${key}=${values[0]}`;
      return `${key} ${operator} (${[...values].sort().join(',')})`;
    })
    .join(',');
}
