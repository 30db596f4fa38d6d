import { cloneValue, isEqual, locationString } from '@gitops-toolkit/core';
import type { TransformerContext } from '../transform/transformer-context.ts';
import type { Transformer } from '../transform/transformer.ts';

/** The transformer; where the build is told to, it warns when it has run and nothing is different. */
export function warningUnchanged(
  transformer: Transformer,
  what: string,
  { loader, place }: TransformerContext,
): Transformer {
  const { context } = loader;
  if (!context.options.extensions?.warnUnchanged) return transformer;
  return {
    ...transformer,
    transform(resources) {
      const before = resources.nodes.map(({ value }) => cloneValue(value));
      transformer.transform(resources);
      const after = resources.nodes.map(({ value }) => value);
      if (isEqual(before, after)) context.warn(`${locationString(place().source)}: ${what} changes nothing`);
    },
  };
}
