import { isRecord } from '@gitops-toolkit/core';
import { quoteString } from '@gitops-toolkit/go-template';
import { compilePattern } from './check-scalar.ts';
import { failureLines, pointer } from './failure.ts';
import { addressOf } from './metaschemas.ts';
import { SchemaFault } from './schema-fault.ts';
import { metaschema, type SchemaStore } from './schema-store.ts';
import type { Site } from './site.ts';
import { subschemas } from './subschemas.ts';
import { checkValue } from './validator.ts';

/** What a chart's schema is called in messages. */
const ADDRESS = 'file:///values.schema.json';

/**
 * Takes a schema in and finds out whether it can be used: it is a schema, and all that it refers to is there.
 *
 * @throws SchemaFault
 */
export function compileSchema(store: SchemaStore, document: unknown): Site {
  const root = store.add(ADDRESS, document);
  const address = addressOf(root.resource.draft);
  const failure = checkValue(store, metaschema(address), document);
  if (failure) {
    const words = `jsonschema validation failed with '${address}#'`;
    const name = quoteString(`${ADDRESS}#`);
    throw new SchemaFault(`${name} is not valid against metaschema: ${words}${failureLines(failure)}`);
  }
  checkReferences(store, root);
  return root;
}

/** Goes to all that can be reached. */
function checkReferences(store: SchemaStore, root: Site): void {
  const reached = new Set<Site>([root]);
  for (const site of reached) {
    const { schema } = site;
    if (!isRecord(schema) || site.document.url !== root.document.url) continue;
    checkPatterns(site, schema);
    for (const keyword of ['$ref', '$recursiveRef', '$dynamicRef']) {
      const reference = schema[keyword];
      if (typeof reference === 'string') reached.add(store.resolve(site, reference));
    }
    if (typeof schema['$ref'] === 'string' && site.resource.draft < 2019) continue;
    for (const { path } of subschemas(schema)) if (!isDefinition(path)) reached.add(site.within(path));
  }
}

/** Definitions count only where they are referred to. */
const isDefinition = ([keyword]: readonly string[]): boolean =>
  keyword === 'definitions' || keyword === '$defs';

function checkPatterns(site: Site, schema: Readonly<Record<string, unknown>>): void {
  const { pattern, patternProperties } = schema;
  const patterns = isRecord(patternProperties) ? Object.keys(patternProperties) : [];
  const all = [
    ...(typeof pattern === 'string' ? [[pattern, 'pattern'] as const] : []),
    ...patterns.map((each) => [each, 'patternProperties'] as const),
  ];
  for (const [text, keyword] of all) {
    try {
      compilePattern(text);
    } catch (error) {
      if (!(error instanceof SchemaFault)) throw error;
      const at = `${site.document.url}#${pointer([...site.path, keyword])}`;
      throw new SchemaFault(error.message.replace(': ', () => ` at ${quoteString(at)}: `));
    }
  }
}
