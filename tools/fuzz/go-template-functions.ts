import { Chance } from '../fuzz-kustomize/chance.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { CALLS, type Signature } from './go-template/random-call.ts';
import { pipeline } from './go-template/random-template.ts';
import { target as templates } from './go-template.ts';

/** Calls of functions with arguments right and wrong, each printed with its type. */
export const target: FuzzTarget<string> = {
  ...templates,
  generate: (random) => printedCall(new Chance(random.next()), CALLS),
};

/** A call of some functions, and the type and the value of what comes of it. */
export function printedCall(chance: Chance, calls: readonly Signature[]): string {
  const call = pipeline(chance, { depth: 2, variables: [], isInLoop: false, calls });
  return `{{with $v := ${call}}}{{printf "%T %v" $v $v}}{{else}}{{printf "%T %#v" $v $v}}{{end}}`;
}
