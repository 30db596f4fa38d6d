import { jsonFunctions } from '../json/json-functions.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { defaultFunctions } from './defaults.ts';
import { dictFunctions } from './dicts.ts';
import { encodingFunctions } from './encodings.ts';
import { listFunctions } from './lists.ts';
import { mathFunctions } from './math.ts';
import { pathFunctions } from './paths.ts';
import { reflectionFunctions } from './reflection.ts';
import { regexFunctions } from './regular-expressions.ts';
import { stringFunctions } from './strings.ts';

/** The functions of sprig v3 that are the same whenever they are called. */
export const sprigFunctions: FunctionMap = {
  ...stringFunctions,
  ...mathFunctions,
  ...listFunctions,
  ...dictFunctions,
  ...defaultFunctions,
  ...reflectionFunctions,
  ...jsonFunctions,
  ...regexFunctions,
  ...pathFunctions,
  ...encodingFunctions,
};
