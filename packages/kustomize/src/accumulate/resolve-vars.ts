import { isRecord, NumberLiteral } from '@gitops-toolkit/core';
import { KustomizeError } from '../errors.ts';
import type { FieldSpec } from '../transform/field-spec.ts';
import { lookUp } from '../transform/field-path.ts';
import { slotValue } from '../transform/field-slot.ts';
import { splitFieldPath } from '../transform/field-path.ts';
import { invalidField, visitField } from '../transform/visit-field.ts';
import type { ResourceMap } from './resource-map.ts';
import { isScalar, scalarText } from './scalar-text.ts';
import { isUntagged } from './untagged-scalars.ts';
import { type Var, variableText } from './var-set.ts';

/** Replaces `$(NAME)` in the fields that may hold vars. Returns the names of vars that nothing used. */
export function resolveVars(
  resources: ResourceMap,
  vars: ReadonlyMap<string, Var>,
  specs: readonly FieldSpec[],
): string[] {
  if (vars.size === 0) return [];
  const values = readValues(resources, vars);
  const used = new Set<string>();
  const expand = (text: string): unknown => expandVars(text, values, used);
  for (const node of resources.nodes) {
    for (const spec of specs) {
      visitField(node, spec, undefined, (_value, holder, key) => expandField(holder, key, expand));
    }
    node.sharedEntries.sync();
    resources.noteNames(node);
  }
  return [...vars.keys()].filter((name) => !used.has(name)).toSorted();
}

function readValues(resources: ResourceMap, vars: ReadonlyMap<string, Var>): ReadonlyMap<string, unknown> {
  const values = new Map<string, unknown>();
  for (const [name, variable] of [...vars].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const node = resources.nodes.find((candidate) => candidate.varNames.includes(name));
    if (!node) {
      throw new KustomizeError(
        'KUSTOMIZE_VAR',
        `var '${variableText(variable)}' cannot be mapped to a field in the set of known resources`,
        { hint: 'No resource has the kind and name of its objref.' },
      );
    }
    const slot = lookUp(node.value, varPath(variable.fieldPath));
    const value = slot && slotValue(slot);
    if (value === undefined) {
      throw new KustomizeError(
        'KUSTOMIZE_VAR',
        `field specified in var '${variableText(variable)}' not found in corresponding resource`,
        { object: node.ref, hint: `${String(node)} has no ${variable.fieldPath}.` },
      );
    }
    values.set(name, value);
  }
  return values;
}

/** `ports[0].port` counts as `ports.0.port`. */
function varPath(path: string): string[] {
  return splitFieldPath(path).flatMap((part) => {
    const match = /^(.*)\[(\d+)\]$/.exec(part);
    if (!match) return [part];
    return match[1] ? [match[1], match[2] ?? ''] : [match[2] ?? ''];
  });
}

type Expand = (text: string) => unknown;

function expandField(holder: Record<string, unknown>, key: string, expand: Expand): unknown {
  const value = holder[key];
  const text = textIn(holder, key, value);
  if (text !== undefined) return expand(text);
  if (Array.isArray(value)) return value.map((item, i) => expandItem(value, i, item, expand));
  if (!isRecord(value)) return value;
  for (const name of Object.keys(value)) {
    const field = textIn(value, name, value[name]);
    if (field !== undefined) value[name] = expand(field);
  }
  return value;
}

function expandItem(list: object, i: number, item: unknown, expand: Expand): unknown {
  const text = textIn(list, i, item);
  if (text !== undefined) return expand(text);
  throw invalidField('invalid value type expect a string');
}

/** A text, which a scalar without a type counts as, whatever it reads as. */
function textIn(holder: object, key: string | number, value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isScalar(value) && value !== null && isUntagged(holder, key, value) ? scalarText(value) : undefined;
}

/** Expands `$(NAME)`; `$$` is a dollar sign, an unknown name stays as it is. */
function expandVars(text: string, values: ReadonlyMap<string, unknown>, used: Set<string>): unknown {
  const whole = /^\$\(([^)]*)\)$/.exec(text)?.[1];
  if (whole !== undefined && values.has(whole)) return useVar(whole, values, used);
  return text.replace(/\$(\$|\(([^)]*)\))/g, (reference, inner: string, name: string | undefined) => {
    if (inner === '$') return '$';
    if (name === undefined || !values.has(name)) return reference;
    const value = useVar(name, values, used);
    return typeof value === 'object' && !(value instanceof NumberLiteral) ? reference : scalarText(value);
  });
}

function useVar(name: string, values: ReadonlyMap<string, unknown>, used: Set<string>): unknown {
  const value = values.get(name);
  if (typeof value === 'object' && !(value instanceof NumberLiteral)) return `$(${name})`;
  used.add(name);
  return value instanceof NumberLiteral ? value.valueOf() : value;
}
