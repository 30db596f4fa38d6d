import { flag, type Decoder, structure, text } from './decode.ts';
import type { FieldSpec } from '../transform/field-spec.ts';

/** A selector as it is written: parts of an id as regular expressions, and label selectors. */
export interface SelectorFields {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

export const selectorFields: Decoder<SelectorFields> = structure<SelectorFields>(
  {
    group: text,
    version: text,
    kind: text,
    name: text,
    namespace: text,
    labelSelector: text,
    annotationSelector: text,
  },
  'Selector',
);

/** A field spec as it is written. */
export interface FieldSpecFields {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly path?: string;
  readonly create?: boolean;
}

export const fieldSpecFields: Decoder<FieldSpecFields> = structure<FieldSpecFields>(
  {
    group: text,
    version: text,
    kind: text,
    path: text,
    create: flag,
  },
  'FieldSpec',
);

export function toFieldSpec(fields: FieldSpecFields): FieldSpec {
  const { group = '', version = '', kind = '', path = '', create = false } = fields;
  return { gvk: { group, version, kind }, path, create };
}
