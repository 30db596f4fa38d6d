import type { KubeObject } from '@gitops-toolkit/core';
import { getOwn } from '@gitops-toolkit/core';

import { badRequest } from '../status-error.ts';

/** One condition of a field selector. */
export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Conditions that all have to hold. */
export type FieldSelector = readonly FieldRequirement[];

/** Which fields a kind can be selected by, and how an unknown one is refused. */
export interface SelectableFields {
  /** Dotted paths beside `metadata.name` and `metadata.namespace`. */
  readonly fields: readonly string[];
  /** Kinds with a conversion function of their own say it in other words. */
  readonly typed: boolean;
}

/**
 * Parses the text of a `fieldSelector` parameter: `a=b,c!=d`.
 *
 * @throws StatusError 400 for syntax and for fields that the kind does not know.
 */
export function parseFieldSelector(text: string, known: SelectableFields): FieldSelector {
  if (text === '') return [];
  return splitUnescaped(text)
    .filter((part) => part !== '')
    .map((part) => {
      const match = /^((?:[^=!\\]|\\.)*)(==|!=|=)((?:[^\\]|\\.)*)$/s.exec(part);
      if (!match) throw badRequest(`invalid selector: '${part}'; can't understand '${part}'`);
      const [, field = '', operator, value = ''] = match;
      assertKnown(field, known);
      return { field, equal: operator !== '!=', value: value.replace(/\\(.)/gs, '$1') };
    });
}

function splitUnescaped(text: string): string[] {
  return text.match(/(?:[^,\\]|\\.)+/gs) ?? [];
}

function assertKnown(field: string, known: SelectableFields): void {
  if (field === 'metadata.name' || field === 'metadata.namespace' || known.fields.includes(field)) return;
  if (known.typed) throw badRequest(`field label not supported: ${field}`);
  const extra = known.fields.map((name) => `, "${name}"`).join('');
  throw badRequest(
    `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"${extra}`,
  );
}

/** Whether an object meets all conditions; a missing field is the empty string. */
export function matchesFields(selector: FieldSelector, object: KubeObject): boolean {
  return selector.every(({ field, equal, value }) => (fieldText(object, field) === value) === equal);
}

function fieldText(object: KubeObject, path: string): string {
  let value: unknown = object;
  for (const step of path.split('.')) value = getOwn(value, step);
  // A boolean that is not set is false for the server, which reads typed objects.
  if (value === undefined || value === null) return path === 'spec.unschedulable' ? 'false' : '';
  return typeof value === 'object' ? '' : String(value as string | number | boolean);
}
