import type { ControllerEnvironment } from '../controller/controller.ts';
import { RuntimeError } from '../errors.ts';
import type { MetricsRegistry } from '../metrics/metrics-registry.ts';
import { runMetrics } from '../metrics/run-metrics.ts';
import type { ControllerDescription } from './manager-options.ts';

type CreatedController = ReturnType<ControllerDescription['create']>;

/**
 * Makes controllers that count their runs.
 *
 * @throws RuntimeError RUNTIME_CONTROLLER_NAME_TAKEN: logs and metrics of two could not be told apart
 */
export function createControllers(
  descriptions: readonly ControllerDescription[],
  shared: ControllerEnvironment,
  registry: MetricsRegistry,
): CreatedController[] {
  const metrics = runMetrics(registry, shared.clock);
  const created = new Map<string, CreatedController>();
  for (const description of descriptions) {
    const { name } = description;
    if (created.has(name)) {
      throw new RuntimeError(
        'RUNTIME_CONTROLLER_NAME_TAKEN',
        `there are two controllers named ${JSON.stringify(name)}`,
        {
          hint: 'Give one of them another name with named().',
        },
      );
    }
    const controller = description.create({ ...shared, metrics });
    created.set(name, controller);
  }
  return [...created.values()];
}
