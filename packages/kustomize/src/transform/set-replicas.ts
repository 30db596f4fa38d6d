import { gvkString, isSelectedByGvk } from '../accumulate/gvk.ts';
import { isWrittenQuoted } from '../accumulate/present-styles.ts';
import { KustomizeError } from '../errors.ts';
import type { ReplicaArgs } from '../load/kustomization.ts';
import type { FieldSpec } from './field-spec.ts';
import { requireScalar } from './set-scalar.ts';
import type { Transformer } from './transformer.ts';
import { visitField } from './visit-field.ts';

/** Sets the number of replicas of what has, or once had, a name. */
export function setReplicas(replica: ReplicaArgs, specs: readonly FieldSpec[]): Transformer {
  const { name = '', count = 0 } = replica;
  return {
    transform(resources) {
      let found = false;
      for (const spec of specs) {
        const nodes = resources.withAnyId(
          name,
          (id) => id.name === name && isSelectedByGvk(id.gvk, spec.gvk),
        );
        for (const node of nodes) {
          found = true;
          visitField(node, spec, 'text', (old, holder, key) => {
            const isText = requireScalar(old) !== '' && typeof old === 'string';
            return isText && isWrittenQuoted(node, holder, key) ? String(count) : count;
          });
          resources.noteChange(node);
        }
      }
      if (found) return;
      throw new KustomizeError(
        'KUSTOMIZE_NOT_FOUND',
        `resource with name ${name} does not match a config with the following GVK [${specs.map((spec) => gvkString(spec.gvk)).join(' ')}]`,
        {
          hint: 'Look for a slip in the name; kinds other than these need a `replicas` entry in configurations.',
        },
      );
    },
  };
}
