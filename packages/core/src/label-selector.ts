/** The labels or annotations of an object. */
type Labels = Readonly<Record<string, string>> | undefined;
type Requirement = (labels: Labels) => boolean;

const KEY = String.raw`[A-Za-z0-9][A-Za-z0-9._/-]*`;
const VALUE = String.raw`[A-Za-z0-9]?[A-Za-z0-9._-]*`;
const EXISTS = new RegExp(String.raw`^(!?)\s*(${KEY})$`);
const EQUALS = new RegExp(String.raw`^(${KEY})\s*(=|==|!=)\s*(${VALUE})$`);
const COMPARES = new RegExp(String.raw`^(${KEY})\s*([<>])\s*(-?\d+)$`);
const IN = new RegExp(String.raw`^(${KEY})\s+(in|notin)\s*\(([^()]*)\)$`);

/**
 * A predicate from a label selector as Kubernetes writes it: `app=web,tier in (a,b),!canary,weight>3`.
 *
 * @throws SyntaxError where it is none.
 *
 * @example
 * ```ts
 * import { parseLabelSelector } from '@gitops-toolkit/core';
 * const matches = parseLabelSelector('tier in (front,back),!canary');
 * console.log(matches({ tier: 'front' }), matches({ tier: 'front', canary: 'true' })); // true false
 * ```
 */
export function parseLabelSelector(text: string): (labels: Labels) => boolean {
  const requirements = splitRequirements(text).map(parseRequirement);
  return (labels) => requirements.every((matches) => matches(labels));
}

/** Cuts at commas that are outside of parentheses. */
function splitRequirements(text: string): string[] {
  if (text.trim() === '') return [];
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function parseRequirement(text: string): Requirement {
  const exists = EXISTS.exec(text);
  if (exists) return (labels) => (valueOf(labels, exists[2]) === undefined) === (exists[1] === '!');
  const equals = EQUALS.exec(text);
  if (equals) return (labels) => (valueOf(labels, equals[1]) === equals[3]) === (equals[2] !== '!=');
  const compares = COMPARES.exec(text);
  if (compares) return comparison(compares[1], compares[2] === '>' ? 1 : -1, Number(compares[3]));
  const membership = IN.exec(text);
  if (!membership) throw new SyntaxError(`${JSON.stringify(text)} is not a label selector`);
  const values = new Set((membership[3] ?? '').split(',').map((value) => value.trim()));
  return (labels) => {
    const value = valueOf(labels, membership[1]);
    return (value !== undefined && values.has(value)) === (membership[2] === 'in');
  };
}

/** A value that is no integer is neither more nor less. */
function comparison(key: string | undefined, sign: 1 | -1, bound: number): Requirement {
  return (labels) => {
    const value = valueOf(labels, key);
    return value !== undefined && /^[+-]?\d+$/.test(value) && sign * (Number(value) - bound) > 0;
  };
}

function valueOf(labels: Labels, key = ''): string | undefined {
  return labels && Object.hasOwn(labels, key) ? labels[key] : undefined;
}
