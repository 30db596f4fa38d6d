import { createRecord, getOwn, isRecord, setOwn } from '@gitops-toolkit/core';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import type { ConfigMapArgs } from '../load/kustomization.ts';
import type { TransformerContext } from '../transform/transformer-context.ts';
import { encodeBase64 } from './base64.ts';
import { finishGenerated, generatedObject } from './generated-object.ts';
import { readKeyValues } from './key-values.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Generates a ConfigMap: text under `data`, anything else as Base64 under `binaryData`. */
export function generateConfigMap(args: ConfigMapArgs, context: TransformerContext): ResourceNode {
  const object = generatedObject('ConfigMap', args);
  const entries = readKeyValues(args, context).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  for (const { key, value } of entries) {
    const text = textOrUndefined(value);
    setOwn(mapIn(object, text === undefined ? 'binaryData' : 'data'), key, text ?? encodeBase64(value));
  }
  return finishGenerated(object, args, context);
}

function textOrUndefined(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function mapIn(object: Record<string, unknown>, field: string): Record<string, unknown> {
  const existing = getOwn(object, field);
  if (isRecord(existing)) return existing;
  const made = createRecord();
  setOwn(object, field, made);
  return made;
}
