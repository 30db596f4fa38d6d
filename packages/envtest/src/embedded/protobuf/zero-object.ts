import { createRecord, type KubeObject, setOwn } from '@gitops-toolkit/core';

import { type FieldKind, type MessageField, messageName, messageType } from './message-types.ts';

/**
 * What Go prints for a new object of a built-in kind: the structs that are always there, empty. A
 * creation is compared with it, so that nobody comes to own such a struct as such. `undefined` for kinds
 * that are not known.
 */
export function zeroObject(apiVersion: string, kind: string): KubeObject | undefined {
  const name = messageName(apiVersion, kind);
  if (!messageType(name)) return undefined;
  return { ...zeroMessage(name), apiVersion, kind, metadata: {} };
}

/** Types contain themselves only behind pointers, lists and maps, so this ends. */
function zeroMessage(name: string): Record<string, unknown> {
  const record = createRecord();
  for (const field of messageType(name)?.values() ?? []) {
    if (field.inline && field.type.kind === 'message') Object.assign(record, zeroMessage(field.type.message));
    else {
      const zero = zeroField(field);
      if (zero !== undefined) setOwn(record, field.name, zero);
    }
  }
  return record;
}

function zeroField({ type, omitEmpty, pointer }: MessageField): unknown {
  if (pointer || type.kind === 'list' || type.kind === 'map') return omitEmpty ? undefined : null;
  if (type.kind === 'message') return zeroMessage(type.message);
  return omitEmpty ? undefined : zeroScalar(type);
}

function zeroScalar({ kind }: FieldKind): unknown {
  if (kind === 'string') return '';
  if (kind === 'integer' || kind === 'double') return 0;
  return kind === 'boolean' ? false : null;
}
