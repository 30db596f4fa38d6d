import type { Schema } from '@gitops-toolkit/schema';
import { docComment, literal } from './doc-comment.ts';

/** The name of the interface that a schema's values have, where there is one. */
export type NameOf = (schema: Schema) => string | undefined;

/** An interface, before it is written. */
export interface InterfaceParts {
  readonly name: string;
  /** What the doc comment says. */
  readonly about?: string | undefined;
  /** With ` extends …`, or empty. */
  readonly heritage?: string;
  readonly schema: Schema;
}

/** An interface with a field for each property of a schema. */
export function interfaceText(
  { name, about, heritage = '', schema }: InterfaceParts,
  nameOf: NameOf,
): string {
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(([key, field]) =>
    fieldText(key, field, required.includes(key), nameOf),
  );
  if (isOpen(schema)) fields.push('  [field: string]: unknown;\n');
  return `${docComment({ text: about }, '')}export interface ${name}${heritage} {\n${fields.join('')}}\n`;
}

function fieldText(key: string, schema: Schema, isRequired: boolean, nameOf: NameOf): string {
  const comment = docComment({ text: schema.description, default: schema.default }, '  ');
  return `${comment}  ${propertyName(key)}${isRequired ? '' : '?'}: ${typeText(schema, nameOf)};\n`;
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : literal(key);
}

/** The TypeScript type of a schema's values. */
export function typeText(schema: Schema, nameOf: NameOf): string {
  const text = nonNullText(schema, nameOf);
  return schema.nullable && text !== 'unknown' ? `${text} | null` : text;
}

function nonNullText(schema: Schema, nameOf: NameOf): string {
  const name = nameOf(schema);
  if (name !== undefined) return name;
  if (schema['x-kubernetes-int-or-string']) return 'number | string';
  if (schema.enum) return schema.enum.map(literal).join(' | ');
  switch (schema.type) {
    case 'array':
      return arrayText(typeText(schema.items ?? {}, nameOf));
    case 'object':
      return mapText(schema, nameOf);
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
      return schema.type;
    default:
      return 'unknown';
  }
}

function mapText({ additionalProperties }: Schema, nameOf: NameOf): string {
  const values =
    typeof additionalProperties === 'object' ? typeText(additionalProperties, nameOf) : 'unknown';
  return `Record<string, ${values}>`;
}

function arrayText(item: string): string {
  return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
}

function isOpen(schema: Schema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties !== undefined;
}
