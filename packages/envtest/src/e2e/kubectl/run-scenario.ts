import { sleep } from '@gitops-toolkit/core';

import type { Kubectl, Output } from './kubectl.ts';
import { normalize } from './normalize-output.ts';
import { type Scenario, splitCommand, type Step } from './scenario.ts';

const PATIENCE_MS = 30_000;

/** Runs all commands of a scenario in order; what each printed, normalised. */
export async function runScenario(kubectl: Kubectl, scenario: Scenario): Promise<string[]> {
  await kubectl.write(scenario.files ?? {});
  await kubectl.run(['create', 'namespace', scenario.name]);
  const printed: string[] = [];
  for (const step of scenario.steps) {
    printed.push(normalize(commandOf(step), await runStep(kubectl, scenario.name, step)));
  }
  return printed;
}

function commandOf(step: Step): string {
  if (typeof step === 'string') return step;
  return 'watch' in step ? step.watch : step.eventually;
}

function runStep(kubectl: Kubectl, namespace: string, step: Step): Promise<Output> {
  if (typeof step === 'string') return kubectl.run(argumentsOf(step, namespace));
  if ('eventually' in step) return runUntilSuccess(kubectl, argumentsOf(step.eventually, namespace));
  return kubectl.watch(argumentsOf(step.watch, namespace), step.lines, async () => {
    for (const command of step.during) await kubectl.run(argumentsOf(command, namespace));
  });
}

/** Gives the last output, a failure's too, when it has not succeeded in time. */
async function runUntilSuccess(kubectl: Kubectl, args: readonly string[]): Promise<Output> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const output = await kubectl.run(args);
    if (output.code === 0 || performance.now() > deadline) return output;
    await sleep(200);
  }
}

/** The command's own words, with the scenario's namespace unless they name another. */
function argumentsOf(command: string, namespace: string): string[] {
  const [verb = '', ...rest] = splitCommand(command);
  return [verb, '--namespace', namespace, ...rest];
}
