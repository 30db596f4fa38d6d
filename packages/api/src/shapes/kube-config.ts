import { object, optional } from '../builder/containers.ts';
import type { Rule } from '../builder/rules.ts';
import type { Type } from '../builder/type.ts';
import type { KubeConfigReference } from '../generated/resource-types.ts';
import { localObjectReference, secretKeyReference } from './references.ts';

const EXACTLY_ONE =
  'exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be specified';

const rules: readonly Rule<KubeConfigReference>[] = [
  {
    rule: 'has(self.configMapRef) || has(self.secretRef)',
    message: EXACTLY_ONE,
    holds: (self) => self.configMapRef !== undefined || self.secretRef !== undefined,
  },
  {
    rule: '!has(self.configMapRef) || !has(self.secretRef)',
    message: EXACTLY_ONE,
    holds: (self) => self.configMapRef === undefined || self.secretRef === undefined,
  },
];

/** Where access to another cluster is described: a kubeconfig, or how to ask a provider for one. */
export function kubeConfigReference(description: string): Type<KubeConfigReference> {
  return object(
    description,
    {
      configMapRef: optional(
        localObjectReference(
          'A ConfigMap that says how to get credentials without a secret: `provider` (aws, azure, gcp, generic), and as the provider needs them `cluster`, `address`, `ca.crt`, `audiences`, `serviceAccountName`.',
        ),
      ),
      secretRef: optional(
        secretKeyReference(
          'A secret that holds a kubeconfig, by default under `value` or `value.yaml`. It must not need programs or files to authenticate.',
        ),
      ),
    },
    {
      about: 'Where access to another cluster is described: a kubeconfig, or how to ask a provider for one.',
      name: 'KubeConfigReference',
      rules,
    },
  );
}
