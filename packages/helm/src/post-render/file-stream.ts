import { YamlError } from '@gitops-toolkit/yaml';
import type { Dialect } from '../dialect.ts';
import { HelmError } from '../errors.ts';
import { splitManifests } from '../output/split-manifests.ts';
import { nameDocuments, unnameDocument } from './filename-annotation.ts';

/** Texts of files as one, whose documents know their files. @throws HelmError `HELM_OUTPUT_INVALID` */
export function mergeFiles(texts: ReadonlyMap<string, string>, dialect: Dialect, what: string): string {
  const documents = [...texts.keys()].toSorted().flatMap((file) => {
    const text = texts.get(file) ?? '';
    return splitManifests(text, dialect).flatMap((document) => named(document, file, what));
  });
  return joined(documents);
}

function named(document: string, file: string, what: string): string[] {
  try {
    return nameDocuments(document, file);
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    throw new HelmError('HELM_OUTPUT_INVALID', `error merging ${what}: parsing ${file}: ${cause.goMessage}`, {
      cause,
      source: { file },
      sourceText: document,
    });
  }
}

/**
 * The files again that the documents of a text are of; one without a file gets one of its own.
 *
 * @throws HelmError `HELM_OUTPUT_INVALID`
 */
export function splitFiles(text: string, group: 'hooks' | 'manifests' | undefined): Map<string, string> {
  const files = new Map<string, string[]>();
  const documents = text.split(/^---(?:[ \t].*)?(?:\n|$)/m).flatMap((each) => unnamed(each, group) ?? []);
  for (const [i, { text: document, file }] of documents.entries()) {
    const name = file || `generated-by-postrender-${group === undefined ? '' : `${group}-`}${i}.yaml`;
    files.set(name, [...(files.get(name) ?? []), document]);
  }
  return new Map([...files].map(([name, all]) => [name, joined(all)]));
}

function unnamed(document: string, group: string | undefined): ReturnType<typeof unnameDocument> {
  try {
    return unnameDocument(document);
  } catch (cause) {
    if (!(cause instanceof YamlError)) throw cause;
    const what = group === undefined ? '' : ` for ${group}`;
    const message = `error while parsing post rendered output${what}: error parsing YAML: ${cause.goMessage}`;
    throw new HelmError('HELM_OUTPUT_INVALID', message, {
      cause,
      source: { ...cause.source, file: 'post-rendered output' },
      sourceText: document,
    });
  }
}

const joined = (documents: readonly string[]): string =>
  documents.map((text) => (text.endsWith('\n') ? text : `${text}\n`)).join('---\n');
