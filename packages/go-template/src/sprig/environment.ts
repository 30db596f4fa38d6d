import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';

/** `env` and `expandenv`, over an environment that the caller chooses to show. */
export function environmentFunctions(environment: Readonly<Record<string, string | undefined>>): FunctionMap {
  const read = (name: string): string => (Object.hasOwn(environment, name) ? (environment[name] ?? '') : '');
  return {
    env: goFunction(['string'], read),
    expandenv: goFunction(['string'], (text: string) =>
      text.replaceAll(
        /\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*|[*#$@!?\-0-9]))/g,
        (_all, braced?: string, plain?: string) => read(braced ?? plain ?? ''),
      ),
    ),
  };
}
