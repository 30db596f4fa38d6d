// A reporter for vitest that lists the tests which run against one API server only, with their reasons.
import type { Reporter, TestModule, TestSuite } from 'vitest/node';

interface OneTarget {
  readonly name: string;
  readonly target: string;
  readonly reason: string;
}

/** Prints the list when all tests have run; an empty list is said to be empty. */
export default class OneTargetReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const found = modules.flatMap((module) =>
      [...module.children.allSuites()].flatMap((suite) => oneTarget(module, suite)),
    );
    console.log(`\nTests that run against one API server only: ${found.length}`);
    for (const { name, target, reason } of found) console.log(`  ${name}: ${target}, because ${reason}`);
  }
}

function oneTarget(module: TestModule, suite: TestSuite): OneTarget[] {
  const { onlyOn } = suite.meta() as { onlyOn?: { target: string; reason: string } };
  return onlyOn ? [{ name: `${module.relativeModuleId} > ${suite.fullName}`, ...onlyOn }] : [];
}
