import { warningUnchanged } from '../extend/warn-unchanged.ts';
import { readInlineResources, readResourceFile } from '../accumulate/read-resources.ts';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import { atPlace, KustomizeError, type Place } from '../errors.ts';
import type { DecodeMode, Decoder } from '../load/decode.ts';
import { listOf } from '../load/decode.ts';
import type { PatchArgs, ReplacementArgs } from '../load/kustomization.ts';
import { replacementArgs } from '../load/kustomization-fields.ts';
import { fileText, inlineText } from '../load/placed-text.ts';
import { decodeSettings, readSettings } from '../load/read-yaml.ts';
import { invalidPatch } from '../merge/invalid-patch.ts';
import { placeOfOperation, readJsonPatch } from './json-patch-text.ts';
import { patchSelectedWithJson } from './patch-json6902.ts';
import { mergePatches } from './patch-strategic.ts';
import { replaceFields } from './replace.ts';
import type { TransformerContext } from './transformer-context.ts';
import type { Transformer } from './transformer.ts';

/** Files that a transformer names are read as Go reads its configuration. */
export const LENIENT: DecodeMode = { strict: false, lenientTexts: true, what: 'configuration' };

/** Reads a file of settings. */
export function readConfigFile<T>(path: string, decoder: Decoder<T>, context: TransformerContext): T {
  const settings = readSettings(context.loader.read(path), 'KUSTOMIZE_INVALID_CONFIG');
  return decodeSettings(settings, settings.document?.value, decoder, {
    code: 'KUSTOMIZE_INVALID_CONFIG',
    mode: LENIENT,
  });
}

/** `patchesStrategicMerge`: each entry is a patch, or names a file of some. */
export function strategicMergeFrom(
  paths: readonly string[],
  inline: string,
  context: TransformerContext,
): Transformer {
  if (paths.length === 0 && inline === '') throw invalidPatch('empty file path and empty patch content');
  const patches = [
    ...paths.flatMap((entry, i) => readPatches(entry, i, context)),
    ...(inline === '' ? [] : readInlineResources(inlineText(inline, context.file, () => context.place()))),
  ];
  if (patches.length === 0) {
    throw invalidPatch(`patch appears to be empty; files=[${paths.join(' ')}], Patch=${inline}`);
  }
  return mergePatches(patches, context.loader.context.schemas.find);
}

function readPatches(entry: string, index: number, context: TransformerContext): ResourceNode[] {
  const place = (): Place => context.place(index);
  try {
    return readInlineResources(inlineText(entry, context.file, place));
  } catch (error) {
    if (!(error instanceof KustomizeError)) throw error;
    return atPlace(place, () => readResourceFile(context.loader, context.loader.read(entry)));
  }
}

/** `patchesJson6902`: one JSON patch with a target. */
export function jsonPatchFrom(args: PatchArgs, context: TransformerContext): Transformer {
  const { target, path = '', patch = '' } = args;
  if (!target?.name)
    throw invalidPatch('must specify the target name', 'A JSON patch needs a target with kind and name.');
  if (path === '' && patch === '') throw invalidPatch('empty file path and empty jsonOp');
  if (path !== '' && patch !== '') throw invalidPatch('must specify a file path or jsonOp, not both');
  const written =
    path === ''
      ? inlineText(patch, context.file, () => context.place('patch'))
      : atPlace(
          () => context.place('path'),
          () => fileText(context.loader.read(path)),
        );
  const { text } = written;
  if (text === '') throw invalidPatch(`patch file '${path}' empty seems to be empty`);
  const operations = readJsonPatch(written);
  if (operations.length === 0) throw invalidPatch(`patch appears to be empty; file=${path}, JsonOp=${text}`);
  return patchSelectedWithJson(target, operations, {
    storesId: false,
    placeOf: (index) => placeOfOperation(written, index),
  });
}

/** `replacements`: each entry is one, or names a file of one or a list. */
export function replacementsFrom(
  entries: readonly ReplacementArgs[],
  context: TransformerContext,
): Transformer {
  const parts = entries.map((entry, i) => {
    const place = (): Place => context.place(i);
    const transformer = replaceFields(atPlace(place, () => readReplacements(entry, context)));
    const what = `replacement ${i + 1}`;
    return { place, transformer: warningUnchanged(transformer, what, { ...context, place }) };
  });
  return {
    transform(resources) {
      for (const { place, transformer } of parts) atPlace(place, () => transformer.transform(resources));
    },
  };
}

function readReplacements(entry: ReplacementArgs, context: TransformerContext): readonly ReplacementArgs[] {
  if (!entry.path) return [entry];
  if (entry.source || entry.targets?.length) {
    throw new KustomizeError('KUSTOMIZE_REPLACEMENT', 'cannot specify both path and inline replacement');
  }
  const decoder: Decoder<readonly ReplacementArgs[]> = (value, path, mode) => {
    if (Array.isArray(value)) return listOf(replacementArgs)(value, path, mode) ?? [];
    return [replacementArgs(value, path, mode)];
  };
  return readConfigFile(entry.path, decoder, context);
}
