import { cloneValue, NumberLiteral } from '@gitops-toolkit/core';
import { parseDocuments, type YamlDocument, YamlError } from '@gitops-toolkit/yaml';
import { isScalar, losesFraction, plainScalar, retypeText, scalarText } from '../accumulate/scalar-text.ts';
import { KustomizeError } from '../errors.ts';
import { goJson } from '../generate/go-json.ts';
import { type FieldSlot, setSlot, slotValue } from './field-slot.ts';
import { findSlots, lookUp, type NewFieldKind } from './field-path.ts';
import type { Replacing } from './replacement-source.ts';
import { restyleYaml } from './restyle-yaml.ts';
import { WrittenYaml } from './written-yaml.ts';

/**
 * Sets a field inside a text that is JSON or YAML itself, where a path runs through one:
 * `data.config\.json.server.port`.
 *
 * @returns Whether there is such a text with such a field.
 */
export function setInStructuredText(
  root: unknown,
  path: readonly string[],
  replacing: Replacing,
  create: NewFieldKind | undefined,
): boolean {
  try {
    const found = findText(root, path);
    if (!found) return false;
    const text = scalarText(slotValue(found.slot));
    const changed = changeText(text, found.document, found.rest, replacing, create);
    if (changed === undefined) return false;
    setSlot(found.slot, retypeText(changed, slotValue(found.slot)));
    return true;
  } catch (error) {
    // kustomize takes whatever goes wrong here for "not a structured text".
    if (error instanceof KustomizeError || error instanceof YamlError) return false;
    throw error;
  }
}

interface FoundText {
  readonly slot: FieldSlot;
  readonly document: YamlDocument;
  /** The path inside the text. */
  readonly rest: readonly string[];
}

function findText(root: unknown, path: readonly string[]): FoundText | undefined {
  for (let i = 1; i < path.length; i++) {
    const slot = tryLookUp(root, path.slice(0, i));
    const value = slot && slotValue(slot);
    if (!slot || value === undefined || value === null || !isScalar(value)) continue;
    const document = tryParse(scalarText(value));
    if (document) return { slot, document, rest: path.slice(i) };
  }
  return undefined;
}

function tryLookUp(root: unknown, path: readonly string[]): FieldSlot | undefined {
  try {
    return lookUp(root, path);
  } catch (error) {
    if (error instanceof KustomizeError) return undefined;
    throw error;
  }
}

function tryParse(text: string): YamlDocument | undefined {
  try {
    return parseDocuments(text, { dialect: 'kustomize', mismatchedTags: 'ignore' })[0];
  } catch (error) {
    if (error instanceof YamlError) return undefined;
    throw error;
  }
}

function changeText(
  text: string,
  document: YamlDocument,
  path: readonly string[],
  replacing: Replacing,
  create: NewFieldKind | undefined,
): string | undefined {
  const content = cloneValue(document.value);
  const slots = findSlots(content, path, create);
  if (slots.length === 0 || slots.some((slot) => isBelowBlank(slot, text, document))) return undefined;
  const isJson = /^\s*[{[]/.test(text);
  // In JSON a field keeps its type, and kustomize passes over one that cannot.
  if (isJson && slots.some((slot) => losesType(slot, replacing.value))) return text;
  const replaced = slots.filter((slot) => !isScalar(slotValue(slot))).map(({ path: place }) => place);
  for (const slot of slots) writeSlot(slot, replacing, isJson);
  if (isJson) return writeJson(content, text);
  return restyleYaml(content, text, document, { paths: replaced, quote: replacing.quote }).trim();
}

/** Nothing can be made below a value that is left out, where `null` takes it without effect. */
function isBelowBlank({ isBelowNull, path }: FieldSlot, text: string, document: YamlDocument): boolean {
  if (!isBelowNull) return false;
  return !/^(?:~|null|Null|NULL)/.test(new WrittenYaml(text, document).textFrom(path, 'value') ?? '');
}

function losesType(slot: FieldSlot, value: unknown): boolean {
  const old = slotValue(slot);
  if (slot.isNew || !isScalar(old) || typeof old === 'string') return false;
  if (old === null) return plainScalar(scalarText(value)) !== null;
  const text = scalarText(value);
  return losesFraction(text, old) || typeof retypeText(text, old) === 'string';
}

function writeSlot(slot: FieldSlot, { value, whole }: Replacing, isJson: boolean): void {
  const old = slotValue(slot);
  if (!isScalar(old))
    setSlot(slot, whole === null ? newScalar(scalarText(value), isJson) : cloneValue(whole));
  else if (slot.isNew) setSlot(slot, newScalar(scalarText(value), isJson));
  else setSlot(slot, retypeText(scalarText(value), old));
}

/** What a text becomes in a field that is made; in YAML it stays as it is written, where it reads as null, too. */
function newScalar(text: string, isJson: boolean): unknown {
  const value = plainScalar(text);
  if (value !== null) return value;
  return isJson ? (text === '' ? '' : null) : new NumberLiteral(text, 'null');
}

function writeJson(content: unknown, text: string): string {
  const isPretty = text.includes('\n') && text.includes('  ');
  return goJson(content, isPretty ? 2 : 0);
}
