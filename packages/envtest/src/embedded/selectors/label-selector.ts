import { getOwn } from '@gitops-toolkit/core';

import { badRequest } from '../status-error.ts';

/** One condition of a label selector. */
export interface LabelRequirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | '!';
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
  while (position < tokens.length) {
    requirements.push(parseRequirement(next, peek));
    if (position >= tokens.length) break;
    const separator = next();
    if (separator !== ',') throw failure(`found '${separator}', expected: ',' or 'end of string'`);
    if (position >= tokens.length || peek() === ',')
      throw failure(`found '${peek()}', expected: identifier after ','`);
  }
  return requirements;
}

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
      return { key, operator: 'in', values: [value(next, peek)] };
    case '!=':
      next();
      return { key, operator: 'notin', values: [value(next, peek)] };
    case 'in':
    case 'notin':
      return { key, operator: next() as 'in' | 'notin', values: valueList(next, peek) };
    default:
      throw failure(`found '${peek()}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

function value(next: () => string, peek: () => string): string {
  if (peek() === '' || peek() === ',') return '';
  return requireWord(next());
}

function valueList(next: () => string, peek: () => string): string[] {
  const open = next();
  if (open !== '(') throw failure(`found '${open}' expected: '('`);
  const values: string[] = [];
  for (;;) {
    const token = peek();
    if (token === ',' || token === ')') values.push('');
    else values.push(requireWord(next()));
    const end = next();
    if (end === ')') return values;
    if (end !== ',') throw failure(`found '${end}', expected: ',' or ')'`);
  }
}

function requireKey(token: string): string {
  requireWord(token);
  const [, prefix, name = ''] = /^(?:([^/]*)\/)?(.*)$/s.exec(token) ?? [];
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name) || name.length > 63 || prefix === '') {
    throw failure(`invalid label key "${token}"`);
  }
  return token;
}

function requireWord(token: string): string {
  if (token === '' || /^[(),!=<>]+$/.test(token)) throw failure(`found '${token}', expected: identifier`);
  return token;
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
