/**
 * Looks for a way from something along its dependencies back to itself: why its dependencies will never be ready, which
 * its status is to say.
 *
 * @param start the key of what waits
 * @param dependenciesOf keys of what a thing depends on; asked once for each, so that it may read the cluster
 * @returns the keys on the way round, the start first and last; `undefined` where there is none. A circle that the
 * start only leads to is none of its own.
 *
 * @example
 * ```ts
 * import { findDependencyCycle } from '@gitops-toolkit/runtime';
 * const needs: Record<string, string[]> = { app: ['database'], database: ['storage'], storage: ['app'] };
 * const cycle = await findDependencyCycle('app', (key) => needs[key] ?? []);
 * console.log(cycle?.join(' -> ')); // app -> database -> storage -> app
 * ```
 */
export async function findDependencyCycle(
  start: string,
  dependenciesOf: (key: string) => Iterable<string> | Promise<Iterable<string>>,
): Promise<string[] | undefined> {
  const seen = new Set<string>();
  // A stack of our own: chains come from users and may be long.
  const path = [{ key: start, dependencies: iterate(await dependenciesOf(start)) }];
  for (let step = path.at(-1); step; step = path.at(-1)) {
    const next = step.dependencies.next();
    if (next.done) {
      path.pop();
    } else if (next.value === start) {
      return [...path.map(({ key }) => key), start];
    } else if (!seen.has(next.value)) {
      seen.add(next.value);
      path.push({ key: next.value, dependencies: iterate(await dependenciesOf(next.value)) });
    }
  }
  return undefined;
}

function iterate(keys: Iterable<string>): Iterator<string, unknown> {
  return keys[Symbol.iterator]();
}
