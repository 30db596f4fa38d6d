import { RuntimeError } from '../errors.ts';

/** What depends on what. */
export interface DependencyOptions<T> {
  keyOf(item: T): string;
  /** Keys of what must come before. Keys that no item has are ignored. */
  dependenciesOf(item: T): Iterable<string>;
}

/**
 * Sorts items so that each comes after what it depends on; beyond that they stay in order.
 *
 * @throws RuntimeError RUNTIME_DEPENDENCY_CYCLE, naming the way round
 *
 * @example
 * ```ts
 * import { sortByDependency } from '@gitops-toolkit/runtime';
 * const needs: Record<string, string[]> = { app: ['database'], database: ['storage'], storage: [] };
 * const order = sortByDependency(['app', 'database', 'storage'], {
 *   keyOf: (name) => name,
 *   dependenciesOf: (name) => needs[name] ?? [],
 * });
 * console.log(order.join(' ')); // storage database app
 * ```
 */
export function sortByDependency<T>(items: readonly T[], options: DependencyOptions<T>): T[] {
  const byKey = new Map(items.map((item) => [options.keyOf(item), item]));
  const sorted: T[] = [];
  const placed = new Set<string>();
  for (const start of byKey.keys()) visit(start);
  return sorted;

  /** Depth first, with a stack of our own: chains come from users and may be long. */
  function visit(start: string): void {
    if (placed.has(start)) return;
    const path = new Set([start]);
    const steps = [{ key: start, dependencies: pending(start) }];
    for (let step = steps.at(-1); step; step = steps.at(-1)) {
      const next = step.dependencies.next();
      if (next.done) {
        steps.pop();
        path.delete(step.key);
        placed.add(step.key);
        sorted.push(byKey.get(step.key) as T);
      } else if (path.has(next.value)) {
        throw cycle([...path], next.value);
      } else if (!placed.has(next.value)) {
        path.add(next.value);
        steps.push({ key: next.value, dependencies: pending(next.value) });
      }
    }
  }

  function* pending(key: string): Generator<string, undefined> {
    for (const dependency of options.dependenciesOf(byKey.get(key) as T)) {
      if (byKey.has(dependency)) yield dependency;
    }
    return undefined;
  }
}

function cycle(path: readonly string[], again: string): RuntimeError {
  const round = [...path.slice(path.indexOf(again)), again];
  return new RuntimeError(
    'RUNTIME_DEPENDENCY_CYCLE',
    `dependencies go round in a circle: ${round.join(' -> ')}`,
    {
      hint: 'Remove one of these dependencies.',
    },
  );
}
