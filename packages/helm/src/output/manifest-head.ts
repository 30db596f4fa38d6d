import { parse, YamlError } from '@gitops-toolkit/yaml';
import { decodeStruct, ShapeFault, type StructShape } from '../chart/decode-struct.ts';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { yamlFault } from '../functions/yaml-functions.ts';

/** What Helm looks at of an object. */
export interface ManifestHead {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const METADATA: StructShape = { name: '', fields: { name: 'string', annotations: { map: 'string' } } };
const HEAD: StructShape = {
  name: 'SimpleHead',
  fields: { apiVersion: 'string', kind: 'string', metadata: METADATA },
};
const TYPES: Readonly<Record<Dialect, string>> = { v3: 'releaseutil.SimpleHead', v4: 'util.SimpleHead' };

/**
 * Reads what a document is about.
 *
 * @param file the template that made it
 * @throws HelmError `HELM_OUTPUT_INVALID` for what is no YAML, or no object
 */
export function readHead(document: string, file: string, dialect: Dialect): ManifestHead {
  try {
    const value = parse(document, { dialect: 'yaml11', documents: 'first', file });
    const { apiVersion = '', kind = '', metadata = {} } = decodeStruct(value, HEAD, TYPES[dialect]);
    const { name = '', annotations = {} } = metadata as Record<string, unknown>;
    return { apiVersion, kind, name, annotations } as ManifestHead;
  } catch (error) {
    if (error instanceof YamlError) throw invalid(file, document, yamlFault(error), error);
    if (!(error instanceof ShapeFault)) throw error;
    throw invalid(file, document, `error unmarshaling JSON: while decoding JSON: ${error.message}`, error);
  }
}

/** The place is one in the document that was made, not in the template. */
function invalid(file: string, document: string, words: string, cause: Error): HelmError {
  const place = cause instanceof YamlError ? cause.source : undefined;
  return new HelmError('HELM_OUTPUT_INVALID', `YAML parse error on ${file}: ${words}`, {
    cause,
    source: { ...place, file },
    sourceText: document,
    hint: 'The template made this document: look for indentation, and for values that need quotes.',
  });
}
