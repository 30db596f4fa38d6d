import { createRecord, setOwn } from '@gitops-toolkit/core';
import type { ResourceNode } from '../accumulate/resource-node.ts';
import type { SecretArgs } from '../load/kustomization.ts';
import type { TransformerContext } from '../transform/transformer-context.ts';
import { encodeBase64 } from './base64.ts';
import { finishGenerated, generatedObject } from './generated-object.ts';
import { readKeyValues } from './key-values.ts';

/** Generates a Secret: everything is Base64. */
export function generateSecret(args: SecretArgs, context: TransformerContext): ResourceNode {
  const object = generatedObject('Secret', args);
  const data = createRecord();
  setOwn(object, 'type', args.type || 'Opaque');
  setOwn(object, 'data', data);
  for (const { key, value } of readKeyValues(args, context)) setOwn(data, key, encodeBase64(value));
  return finishGenerated(object, args, context);
}
