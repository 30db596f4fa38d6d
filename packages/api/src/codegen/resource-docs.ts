import type { Schema } from '@gitops-toolkit/schema';
import { childSchemas } from './child-schemas.ts';
import { ownFields, type ResourceOutline } from './resource-outline.ts';
import { typeText } from './type-text.ts';

/** The documentation of a version of a resource in Markdown: what it is called, its columns, and every field. */
export function resourceDocs(outline: ResourceOutline): string {
  const { kind, schema } = outline;
  return [
    `# ${kind}`,
    ...(schema.description ? [schema.description] : []),
    namesTable(outline),
    ...ownFields(schema).map(([name, field]) => section(name, field)),
    ...columnsSection(outline),
  ]
    .join('\n\n')
    .concat('\n');
}

function namesTable({ group, version, kind, plural, shortNames, scope }: ResourceOutline): string {
  return table(
    ['', ''],
    [
      ['API version', `\`${group}/${version}\``],
      ['kind', `\`${kind}\``],
      ['names', [plural, ...shortNames].map((name) => `\`${name}\``).join(', ')],
      ['scope', scope === 'Cluster' ? 'cluster' : 'namespace'],
    ],
  );
}

function section(name: string, schema: Schema): string {
  const rows = [...fieldRows(schema, name)];
  const parts = [`## ${name}`, ...(schema.description ? [schema.description] : [])];
  if (rows.length > 0) parts.push(table(['field', 'type', 'default', 'what it is'], rows));
  return [...parts, ...rulesText(schema)].join('\n\n');
}

function* fieldRows(schema: Schema, path: string): Generator<string[]> {
  for (const [key, field] of childSchemas(schema)) {
    const isNamed = schema.properties?.[key] === field;
    const fieldPath = isNamed ? `${path}.${key}` : `${path}[]`;
    if (isNamed) yield fieldRow(fieldPath, field, schema.required?.includes(key) ?? false);
    yield* fieldRows(field, fieldPath);
  }
}

function fieldRow(path: string, field: Schema, isRequired: boolean): string[] {
  const limits = limitsText(field);
  const about = [isRequired ? '**Required.**' : '', field.description ?? '', limits].filter(
    (text) => text !== '',
  );
  const shown = field.default === undefined ? '' : `\`${JSON.stringify(field.default)}\``;
  return [`\`${path}\``, `\`${shortType(field)}\``, shown, about.join(' ')];
}

/** Objects are shown by their fields, each in a row of its own. */
function shortType(schema: Schema): string {
  return typeText(schema, (part) => (part.properties ? 'object' : undefined));
}

const LIMITS = [
  ['pattern', 'pattern'],
  ['format', 'format'],
  ['minLength', 'at least this many characters:'],
  ['maxLength', 'at most this many characters:'],
  ['minimum', 'at least'],
  ['maximum', 'at most'],
  ['minItems', 'at least this many items:'],
  ['maxItems', 'at most this many items:'],
] as const;

function limitsText(schema: Schema): string {
  const limits = LIMITS.filter(([key]) => schema[key] !== undefined).map(
    ([key, words]) => `${words} \`${String(schema[key])}\``,
  );
  return limits.length === 0 ? '' : `(${limits.join(', ')})`;
}

function rulesText(schema: Schema): string[] {
  const rules = [...messagesOf(schema)];
  return rules.length === 0 ? [] : [`Rules:\n\n${rules.map((rule) => `- ${rule}`).join('\n')}`];
}

function* messagesOf(schema: Schema): Generator<string> {
  for (const { message, rule } of schema['x-kubernetes-validations'] ?? []) yield message ?? `\`${rule}\``;
  for (const [, child] of childSchemas(schema)) yield* messagesOf(child);
}

function columnsSection({ printerColumns }: ResourceOutline): string[] {
  if (printerColumns.length === 0) return [];
  const rows = printerColumns.map(({ name, jsonPath, description = '', priority = 0 }) => [
    priority > 0 ? `${name} (\`-o wide\`)` : name,
    `\`${jsonPath}\``,
    description,
  ]);
  return [`## Columns\n\n${table(['column', 'shows', 'what it is'], rows)}`];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- ').join('|')}|`, ...rows.map(line)].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll(/\s*\n\s*/g, ' ');
}
