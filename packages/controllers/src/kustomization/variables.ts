import { createRecord, isRecord, type KubeObject } from '@gitops-toolkit/core';
import type { Kustomization } from '@gitops-toolkit/api';
import type { KubeClient } from '@gitops-toolkit/kube';
import { secretData } from '@gitops-toolkit/runtime';
import { ControllersError } from '../errors.ts';

/**
 * The variables of post-build substitution: those of `substituteFrom` in order, a later one over an earlier,
 * then those of `substitute` over all. Line ends are taken out of values, as Flux does.
 *
 * @throws ControllersError `CONTROLLERS_VARIABLES_INVALID` where a reference that is not optional leads nowhere.
 */
export async function loadVariables(
  object: Kustomization,
  client: KubeClient,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const variables = createRecord<string>();
  const { substituteFrom = [], substitute = {} } = object.spec.postBuild ?? {};
  for (const reference of substituteFrom) {
    Object.assign(variables, await loadReference(object, reference, client, signal));
  }
  Object.assign(variables, substitute);
  for (const name of Object.keys(variables)) variables[name] = String(variables[name]).replaceAll('\n', '');
  return variables;
}

async function loadReference(
  object: Kustomization,
  { kind, name, optional }: { kind: string; name: string; optional?: boolean },
  client: KubeClient,
  signal: AbortSignal,
): Promise<Record<string, string>> {
  const ref = { apiVersion: 'v1', kind, name, namespace: object.metadata.namespace ?? '' };
  const found = await client.find<KubeObject>(ref, { signal });
  if (!found && optional) return {};
  if (!found) {
    throw new ControllersError(
      'CONTROLLERS_VARIABLES_INVALID',
      `substitute from '${kind}/${name}' error: not found`,
      {
        object: ref,
        retry: 'backoff',
        hint: `Create the ${kind}, or mark the reference as optional.`,
      },
    );
  }
  return kind === 'Secret' ? secretTexts(found) : configMapTexts(found);
}

function configMapTexts(configMap: KubeObject): Record<string, string> {
  return isRecord(configMap['data']) ? (configMap['data'] as Record<string, string>) : {};
}

function secretTexts(secret: KubeObject): Record<string, string> {
  const data = secretData(secret);
  const texts = createRecord<string>();
  for (const key of data.keys) texts[key] = data.text(key) ?? '';
  return texts;
}
