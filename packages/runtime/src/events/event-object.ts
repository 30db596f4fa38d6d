import type { KubeObject } from '@gitops-toolkit/core';

/** What the API server takes as a note. */
const maxNoteLength = 1024;

/** The object's name and 16 digits of chance, within what a name may have. */
export function eventName(name: string): string {
  const digits = crypto.randomUUID().replaceAll('-', '').slice(0, 16);
  return `${name.slice(0, 236)}.${digits}`;
}

/** Where an object's events are kept: those of objects without a namespace are in `default`. */
export function eventNamespace(object: KubeObject): string {
  return object.metadata.namespace ?? 'default';
}

/** What an event is about. */
export function objectReference({ apiVersion, kind, metadata }: KubeObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}

/** A text as long as a note may be. */
export function noteOf(message: string): string {
  if (message.length <= maxNoteLength) return message;
  return `${message.slice(0, maxNoteLength - 3).replace(/[\uD800-\uDBFF]$/, '')}...`;
}
