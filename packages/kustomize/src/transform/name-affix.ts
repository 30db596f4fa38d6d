import { type Gvk, isSelectedByGvk } from '../accumulate/gvk.ts';
import type { Transformer } from './transformer.ts';
import type { FieldSpec } from './field-spec.ts';
import { overwriteText, requireScalar } from './set-scalar.ts';
import { visitField } from './visit-field.ts';

/** Kinds whose names say what they are about, so that another name is another thing. */
const KEPT: readonly Gvk[] = [
  { group: '', version: '', kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', version: '', kind: 'APIService' },
  { group: '', version: '', kind: 'Namespace' },
];

/** Puts a prefix before, or a suffix after, names. */
export function affixNames(
  side: 'prefix' | 'suffix',
  affix: string,
  specs: readonly FieldSpec[],
): Transformer {
  return {
    transform(resources) {
      for (const node of resources.nodes) {
        const { gvk } = node.originalId;
        if (KEPT.some((kept) => isSelectedByGvk(gvk, kept))) continue;
        for (const spec of specs) {
          if (!isSelectedByGvk(gvk, spec.gvk)) continue;
          if (spec.path === 'metadata/name' && affix !== '') {
            const history = side === 'prefix' ? 'namePrefixes' : 'nameSuffixes';
            node[history] = [...node[history], ...affix.split(',')];
            node.storePreviousId();
          }
          visitField(node, spec, 'text', (name, holder, key, isNew) => {
            const old = requireScalar(name);
            const text = side === 'prefix' ? affix + old : old + affix;
            return overwriteText(name, text, { node, holder, key, isNew });
          });
        }
        resources.noteNames(node);
      }
    },
  };
}
