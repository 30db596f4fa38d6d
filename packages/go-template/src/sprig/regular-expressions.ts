import { libraries } from '#libraries';
import type { RE2JS } from 're2js';
import { FunctionError } from '../errors.ts';
import { countWork } from '../execute/limits.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { nilList, typedList } from '../value/typed.ts';

const compiled = new Map<string, RE2JS>();
const MAX_COMPILED = 500;

/** Patterns of a template come again and again. */
function compile(pattern: string): RE2JS {
  let expression = compiled.get(pattern);
  if (!expression) {
    try {
      expression = libraries.re2().compile(pattern);
    } catch (cause) {
      throw new FunctionError((cause as Error).message, { cause });
    }
    if (compiled.size >= MAX_COMPILED) compiled.clear();
    compiled.set(pattern, expression);
  }
  return expression;
}

/** Without `must`, Go panics over a pattern, and says so. */
function mustCompile(pattern: string): RE2JS {
  try {
    return compile(pattern);
  } catch (error) {
    throw new FunctionError(`regexp: Compile(${quotedPattern(pattern)}): ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const quotedPattern = (pattern: string): string =>
  pattern.includes('`') ? JSON.stringify(pattern) : `\`${pattern}\``;

function* matches(expression: RE2JS, text: string): Generator<{ start: number; end: number; text: string }> {
  const matcher = expression.matcher(text);
  let previousEnd = -1;
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    // Go passes over an empty match right behind another.
    if (start === end && start === previousEnd) continue;
    previousEnd = end;
    yield { start, end, text: text.slice(start, end) };
  }
}

function findAll(expression: RE2JS, text: string, count: bigint): string[] {
  const limit = count < 0n ? Infinity : Number(count);
  const found: string[] = [];
  for (const match of matches(expression, text)) {
    if (found.length >= limit) break;
    found.push(match.text);
  }
  return found.length === 0 ? nilList('[]string') : typedList('[]string', found);
}

function find(expression: RE2JS, text: string): string {
  for (const match of matches(expression, text)) return match.text;
  return '';
}

function replaceAll(expression: RE2JS, text: string, replacement: (match: Groups) => string): string {
  const matcher = expression.matcher(text);
  let [result, at, previousEnd] = ['', 0, -1];
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === previousEnd) continue;
    const replaced = replacement(matcher as unknown as Groups);
    countWork(replaced.length);
    result += text.slice(at, start) + replaced;
    at = previousEnd = end;
  }
  return result + text.slice(at);
}

interface Groups {
  group(name: number | string): string | null;
  groupCount(): number;
}

/** `$1`, `${1}`, `$name` and `$$`; the longest name counts, so that `$1W` is the group named `1W`. */
function expand(template: string, groups: Groups, names: Readonly<Record<string, number>>): string {
  return template.replaceAll(
    /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu,
    (all, plain?: string, braced?: string) => {
      const name = plain ?? braced;
      if (name === undefined) return '$';
      const isNumber = /^[0-9]+$/.test(name) && (name === '0' || !name.startsWith('0') || name.length === 1);
      const index = isNumber ? Number(name) : Object.hasOwn(names, name) ? names[name] : undefined;
      if (index === undefined || index > groups.groupCount()) return '';
      return groups.group(index) ?? '';
    },
  );
}

function replaceWithTemplate(expression: RE2JS, text: string, template: string): string {
  const names = (expression.namedGroups?.() ?? {}) as Readonly<Record<string, number>>;
  return replaceAll(expression, text, (groups) => expand(template, groups, names));
}

function split(pattern: RE2JS, text: string, count: bigint, source: string): string[] {
  const limit = Number(count);
  if (limit === 0) return nilList('[]string');
  if (source !== '' && text === '') return typedList('[]string', ['']);
  const parts: string[] = [];
  let [start, end] = [0, 0];
  for (const match of matches(pattern, text)) {
    if (limit > 0 && parts.length === limit - 1) break;
    end = match.start;
    if (match.end !== 0) parts.push(text.slice(start, end));
    start = match.end;
  }
  if (end !== text.length) parts.push(text.slice(start));
  return typedList('[]string', parts);
}

const T = 'string';

/** Functions for regular expressions, which are RE2's: time is linear in the text. */
export const regexFunctions: FunctionMap = {
  regexMatch: goFunction([T, T], (pattern: string, text: string) => {
    try {
      return compile(pattern).matcher(text).find();
    } catch (error) {
      if (error instanceof FunctionError) return false;
      throw error;
    }
  }),
  mustRegexMatch: goFunction([T, T], (pattern: string, text: string) =>
    compile(pattern).matcher(text).find(),
  ),
  regexFindAll: goFunction([T, T, 'int'], (p: string, text: string, n: bigint) =>
    findAll(mustCompile(p), text, n),
  ),
  mustRegexFindAll: goFunction([T, T, 'int'], (p: string, text: string, n: bigint) =>
    findAll(compile(p), text, n),
  ),
  regexFind: goFunction([T, T], (pattern: string, text: string) => find(mustCompile(pattern), text)),
  mustRegexFind: goFunction([T, T], (pattern: string, text: string) => find(compile(pattern), text)),
  regexReplaceAll: goFunction([T, T, T], (p: string, text: string, to: string) =>
    replaceWithTemplate(mustCompile(p), text, to),
  ),
  mustRegexReplaceAll: goFunction([T, T, T], (p: string, text: string, to: string) =>
    replaceWithTemplate(compile(p), text, to),
  ),
  regexReplaceAllLiteral: goFunction([T, T, T], (p: string, text: string, to: string) =>
    replaceAll(mustCompile(p), text, () => to),
  ),
  mustRegexReplaceAllLiteral: goFunction([T, T, T], (p: string, text: string, to: string) =>
    replaceAll(compile(p), text, () => to),
  ),
  regexSplit: goFunction([T, T, 'int'], (p: string, text: string, n: bigint) =>
    split(mustCompile(p), text, n, p),
  ),
  mustRegexSplit: goFunction([T, T, 'int'], (p: string, text: string, n: bigint) =>
    split(compile(p), text, n, p),
  ),
  regexQuoteMeta: goFunction([T], (text: string) => text.replaceAll(/[\\.+*?()|[\]{}^$]/g, '\\$&')),
};
