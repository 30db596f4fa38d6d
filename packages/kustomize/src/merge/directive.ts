import { getOwn, isRecord } from '@gitops-toolkit/core';
import { scalarText } from '../accumulate/scalar-text.ts';
import { invalidPatch } from './invalid-patch.ts';

/** What a map or list of a patch asks for with `$patch`. */
export type Directive = 'merge' | 'replace' | 'delete';

const KEY = '$patch';

/** Reads and removes the directive of a part of a patch: a key of a map, an element of a list. */
export function takeDirective(patch: unknown): Directive {
  if (Array.isArray(patch)) return takeFromList(patch);
  const value = getOwn(patch, KEY);
  if (!isRecord(patch) || value === undefined || value === null) return 'merge';
  const directive = readDirective(value);
  delete patch[KEY];
  return directive;
}

function takeFromList(patch: unknown[]): Directive {
  const marker = patch.find((element) => getOwn(element, KEY) !== undefined);
  // An element with more fields has a directive about itself.
  if (!isRecord(marker) || Object.keys(marker).length > 1) return 'merge';
  const directive = readDirective(marker[KEY]);
  const kept = patch.filter((element) => scalarText(getOwn(element, KEY)) !== directive);
  patch.splice(0, patch.length, ...kept);
  return directive;
}

function readDirective(value: unknown): Directive {
  const text = scalarText(value);
  if (text === 'merge' || text === 'replace' || text === 'delete') return text;
  throw invalidPatch(`unknown patch strategy '${text}'`, 'A $patch is one of merge, replace and delete.');
}
