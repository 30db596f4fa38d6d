import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';

/** The addresses of a host, known beforehand: templates do not wait. */
export type HostLookup = (name: string) => readonly string[];

/** `getHostByName`. A host without addresses is a fault, as in sprig. */
export function networkFunctions(lookup: HostLookup = () => []): FunctionMap {
  return {
    getHostByName: goFunction(['string'], (name: string) => {
      const [first] = lookup(name);
      if (first === undefined) throw new FunctionError('invalid argument to Intn');
      return first;
    }),
  };
}
