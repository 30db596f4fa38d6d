import { parseDocuments, type YamlDocument, YamlError } from '@gitops-toolkit/yaml';
import { KustomizeError, type KustomizeErrorCode, type Place } from '../errors.ts';
import { DecodeError, type DecodeMode, type Decoder } from './decode.ts';
import { type LoadedFile, textOf } from './loader.ts';

/** The documents of a text of Kubernetes objects. @throws KustomizeError KUSTOMIZE_INVALID_YAML */
export function readDocuments(text: string, file: string, writtenPath: string = file): YamlDocument[] {
  try {
    return parseDocuments(text, { dialect: 'kustomize', file, trailing: 'error' });
  } catch (error) {
    throw yamlFailure(
      error,
      text,
      'KUSTOMIZE_INVALID_YAML',
      (message) => `MalformedYAMLError: ${message} in File: ${writtenPath}`,
    );
  }
}

/** What is read of a file of settings, and how to find a place in it. */
export interface SettingsFile {
  readonly name: string;
  readonly text: string;
  readonly document: YamlDocument | undefined;
}

/**
 * Where an entry stands, or a part of it: as much of the path `within` as is written. An entry that is not
 * written itself, for it came from elsewhere, is in the file, on no line of it.
 */
export function placeIn(
  settings: SettingsFile,
  entry: readonly (string | number)[],
  within: readonly (string | number)[] = [],
): Place {
  for (let depth = within.length; depth >= 0; depth--) {
    const source = settings.document?.locate([...entry, ...within.slice(0, depth)]);
    if (source) return { source, sourceText: settings.text };
  }
  return { source: { file: settings.name } };
}

/** The first document of a file of settings, read as `sigs.k8s.io/yaml` does. */
export function readSettings(file: LoadedFile, code: KustomizeErrorCode, prefix = ''): SettingsFile {
  const text = textOf(file);
  try {
    const [document] = parseDocuments(text, { dialect: 'yaml11', file: file.name });
    return { name: file.name, text, document };
  } catch (error) {
    throw yamlFailure(error, text, code, (message) => `${prefix}${message}`);
  }
}

/** Decodes a part of a file of settings; a failure names the place in the file. */
export function decodeSettings<T>(
  settings: SettingsFile,
  value: unknown,
  decoder: Decoder<T>,
  options: { readonly code: KustomizeErrorCode; readonly prefix?: string; readonly mode: DecodeMode },
): T {
  try {
    return decoder(value ?? null, [], options.mode);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const isUnknown = error.summary.includes('unknown field');
    const source = settings.document?.locate(error.path, isUnknown ? 'key' : 'value');
    throw new KustomizeError(options.code, `${options.prefix ?? ''}${error.summary}`, {
      cause: error,
      source: source ?? { file: settings.name },
      sourceText: settings.text,
      hint: isUnknown
        ? 'Remove the field, or look for a slip in its name.'
        : 'Give the field a value of the type it has.',
    });
  }
}

function yamlFailure(
  error: unknown,
  text: string,
  code: KustomizeErrorCode,
  word: (message: string) => string,
): unknown {
  if (!(error instanceof YamlError)) return error;
  return new KustomizeError(code, word(error.goMessage), {
    cause: error,
    ...(error.source ? { source: error.source } : {}),
    sourceText: text,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}
