import type { Kubectl, Output } from './kubectl.ts';
import { normalize } from './normalize-output.ts';
import { type Scenario, splitCommand, type Step } from './scenario.ts';

/** Runs all commands of a scenario in order; what each printed, normalised. */
export async function runScenario(kubectl: Kubectl, scenario: Scenario): Promise<string[]> {
  await kubectl.write(scenario.files ?? {});
  await kubectl.run(['create', 'namespace', scenario.name]);
  const printed: string[] = [];
  for (const step of scenario.steps) {
    const command = typeof step === 'string' ? step : step.watch;
    printed.push(normalize(command, await runStep(kubectl, scenario.name, step)));
  }
  return printed;
}

function runStep(kubectl: Kubectl, namespace: string, step: Step): Promise<Output> {
  if (typeof step === 'string') return kubectl.run(argumentsOf(step, namespace));
  return kubectl.watch(argumentsOf(step.watch, namespace), step.lines, async () => {
    for (const command of step.during) await kubectl.run(argumentsOf(command, namespace));
  });
}

/** The command's own words, with the scenario's namespace unless they name another. */
function argumentsOf(command: string, namespace: string): string[] {
  const [verb = '', ...rest] = splitCommand(command);
  return [verb, '--namespace', namespace, ...rest];
}
