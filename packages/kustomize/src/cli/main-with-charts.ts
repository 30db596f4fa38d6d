// The program with the renderer of charts: twice as large, so it is loaded only where `--enable-helm` is given.
import { withCharts } from '@gitops-toolkit/helm';
import { main as mainWithout } from './main.ts';

/** Runs a command line; what it returns is the exit code. */
export function main(argv: readonly string[]): Promise<number> {
  return mainWithout(argv, withCharts);
}
