import { setOwn } from '@gitops-toolkit/core';
import { type GoMap, isGoMap, typedMap } from '@gitops-toolkit/go-template';
import { YamlError } from '@gitops-toolkit/yaml';
import type { Dialect } from '../dialect.ts';
import { readYaml, unmarshalFault, yamlFault } from '../functions/yaml-functions.ts';

/** A text that is no map of values, in Helm's words. */
export class ValuesFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ValuesFault';
  }
}

/**
 * A file of values. Helm 3 reads the first document in it, Helm 4 merges all.
 *
 * @throws ValuesFault
 */
export function readValues(text: string, dialect: Dialect, file: string): GoMap {
  if (dialect === 'v3') return readMap(text, file, '');
  let values = emptyMap();
  for (const document of splitDocuments(text)) {
    values = mergeMaps(values, readMap(document, file, 'cannot unmarshal yaml document: '));
  }
  return values;
}

function readMap(text: string, file: string, prefix: string): GoMap {
  let value: unknown;
  try {
    value = readYaml(text, file);
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    throw new ValuesFault(prefix + yamlFault(cause), { cause });
  }
  if (value === null) return emptyMap();
  if (isGoMap(value)) return value;
  throw new ValuesFault(prefix + unmarshalFault(value, 'map[string]interface {}'));
}

/** The documents between lines of `---`, after which nothing but a comment may stand. */
function splitDocuments(text: string): string[] {
  const documents: string[] = [];
  let current = '';
  for (const line of text.split(/(?<=\n)/)) {
    if (/^---\s*(#.*)?$/s.test(line) && current !== '') {
      documents.push(current);
      current = '';
    } else current += line;
  }
  return current === '' ? documents : [...documents, current];
}

/** A map with all of two: what both have is merged where it is a map, and the second's otherwise. */
export function mergeMaps(first: GoMap, second: GoMap): GoMap {
  const merged = typedMap('map[string]interface {}');
  for (const [key, value] of Object.entries(first)) setOwn(merged, key, value);
  for (const [key, value] of Object.entries(second)) {
    const current = Object.hasOwn(merged, key) ? merged[key] : undefined;
    setOwn(merged, key, isGoMap(value) && isGoMap(current) ? mergeMaps(current, value) : value);
  }
  return merged;
}

const emptyMap = (): GoMap => typedMap('map[string]interface {}');
