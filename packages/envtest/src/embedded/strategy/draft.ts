import { createRecord, isRecord } from '@gitops-toolkit/core';

/** A part of a draft, which hooks may change in place. */
export type Draft = Record<string, unknown>;

/** The map below a key, made where there is none. */
export function child(draft: Draft, key: string): Draft {
  const value = draft[key];
  if (isRecord(value)) return value;
  const made = createRecord();
  draft[key] = made;
  return made;
}

/** The map below a key, if there is one. */
export function maybeChild(draft: Draft | undefined, key: string): Draft | undefined {
  const value = draft?.[key];
  return isRecord(value) ? value : undefined;
}

/** The maps in a list below a key; none where there is no list. */
export function items(draft: Draft | undefined, key: string): Draft[] {
  const value = draft?.[key];
  return Array.isArray(value) ? value.filter((item) => isRecord(item)) : [];
}

/** The text below a key; empty where there is none. */
export function text(draft: Draft | undefined, key: string): string {
  const value = draft?.[key];
  return typeof value === 'string' ? value : '';
}

/** Sets what is not there yet. An empty text is how Go prints one that is not set. */
export function setDefaults(draft: Draft, defaults: Draft): void {
  for (const [key, value] of Object.entries(defaults)) {
    if (draft[key] === undefined || draft[key] === null || draft[key] === '') draft[key] = value;
  }
}
