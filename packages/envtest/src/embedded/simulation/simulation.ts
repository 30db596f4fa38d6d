import type { Controller, ControllerContext } from '../controllers/controller.ts';
import type { SimulationOptions } from '../options.ts';

/** The controllers that bring workloads to life. */
export function simulationControllers(
  _context: ControllerContext,
  _options: SimulationOptions,
): Controller[] {
  return [];
}
