import { KustomizeError } from '../errors.ts';

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

const SET = /^(\S+)\s+(in|notin)\s*\(([^()]*)\)$/;
const COMPARISON = /^([^\s=!<>]+)\s*(==|=|!=|>|<)\s*(\S*)$/;

/**
 * A label selector as kubectl takes it: `app=web,tier in (front, back),!canary`.
 *
 * @throws KustomizeError KUSTOMIZE_INVALID_CONFIG
 */
export function parseLabelSelector(selector: string): (labels: Labels) => boolean {
  const requirements = splitRequirements(selector).map(parseRequirement);
  return (labels) => requirements.every((requirement) => requirement(labels));
}

/** Splits at commas outside of parentheses. */
function splitRequirements(selector: string): string[] {
  if (selector.trim() === '') return [];
  return selector.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function parseRequirement(text: string): Requirement {
  const set = SET.exec(text);
  if (set) return setRequirement(set[1] ?? '', set[2] === 'in', set[3] ?? '');
  const comparison = COMPARISON.exec(text);
  if (comparison) return comparisonRequirement(comparison[1] ?? '', comparison[2] ?? '', comparison[3] ?? '');
  const absent = /^!\s*([^\s=!<>()]+)$/.exec(text)?.[1];
  if (absent !== undefined) return (labels) => !Object.hasOwn(labels, absent);
  if (/^[^\s=!<>()]+$/.test(text)) return (labels) => Object.hasOwn(labels, text);
  throw new KustomizeError('KUSTOMIZE_INVALID_CONFIG', `unable to parse requirement: ${text}`, {
    hint: 'A requirement is key=value, key!=value, key in (a,b), key notin (a,b), key or !key.',
  });
}

function setRequirement(key: string, isIn: boolean, list: string): Requirement {
  const values = new Set(list.split(',').map((value) => value.trim()));
  return (labels) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return value === undefined ? !isIn : values.has(value) === isIn;
  };
}

function comparisonRequirement(key: string, operator: string, wanted: string): Requirement {
  return (labels) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === '!=') return value !== wanted;
    if (value === undefined) return false;
    if (operator === '>') return Number(value) > Number(wanted);
    return operator === '<' ? Number(value) < Number(wanted) : value === wanted;
  };
}
