import { Chance } from '../fuzz-kustomize/chance.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { DATA, pipeline } from './go-template/random-template.ts';
import { target as templates } from './go-template.ts';

/** Calls of functions with arguments right and wrong, each printed with its type. */
export const target: FuzzTarget<string> = {
  ...templates,
  generate(random) {
    const chance = new Chance(random.next());
    const call = pipeline(chance, { depth: 2, variables: [], isInLoop: false });
    return `{{with $v := ${call}}}{{printf "%T %v" $v $v}}{{else}}{{printf "%T %#v" $v $v}}{{end}}${Object.keys(DATA).length}`;
  },
};
