import { Chance } from '../fuzz-kustomize/chance.ts';
import type { FuzzTarget } from './fuzz-target.ts';
import { executeTemplate } from './go-template/execute-template.ts';
import { mutateTemplate } from './go-template/mutate-template.ts';
import { DATA, randomTemplate } from './go-template/random-template.ts';
import { smallerTexts } from './smaller-texts.ts';

/** Templates of the grammar: compiled and interpreted they come to the same, and nothing fails but as a template does. */
export const target: FuzzTarget<string> = {
  generate: (random) => randomTemplate(new Chance(random.next())),
  check(text) {
    const compiled = executeTemplate(text, DATA, 'compiled');
    const interpreted = executeTemplate(text, DATA, 'interpreted');
    if (JSON.stringify(compiled) === JSON.stringify(interpreted)) return;
    throw new Error(`not the same\n${JSON.stringify(compiled)}\n${JSON.stringify(interpreted)}`);
  },
  budgetMs: () => 2000,
  smaller: smallerTexts,
  show: (text) => JSON.stringify(text),
};

/** The same for templates that are broken here and there. */
export const brokenTemplates: FuzzTarget<string> = {
  ...target,
  generate(random) {
    const chance = new Chance(random.next());
    return mutateTemplate(chance, randomTemplate(chance));
  },
};
