import { writeSync } from 'node:fs';
import process from 'node:process';
import { parseFlags } from '@gitops-toolkit/core/node';
import type { withCharts } from '@gitops-toolkit/helm';
import { build } from '../build.ts';
import type { BuildResult } from '../build-options.ts';
import { BUILD_FLAGS, buildHelp } from './build-flags.ts';
import { type BuildRequest, toBuildRequest } from './build-request.ts';
import { failureText } from './failure-text.ts';
import { writeResult } from './write-result.ts';

const USAGE = `Builds kustomizations.

Usage:
  gotk-kustomize build [DIR] [flags]

Run 'gotk-kustomize build --help' for the flags.
`;

/** Runs something that renders charts. */
export type RunWithCharts = typeof withCharts;

/** Runs a command line; what it returns is the exit code. Without `runWithCharts`, entries of `helmCharts` fail. */
export async function main(argv: readonly string[], runWithCharts?: RunWithCharts): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'build') return runBuild(rest, runWithCharts);
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    writeSync(1, USAGE);
    return 0;
  }
  say(`Error: unknown command ${JSON.stringify(command)} for "gotk-kustomize"`);
  say("Run 'gotk-kustomize --help' for usage.");
  return 1;
}

async function runBuild(argv: readonly string[], runWithCharts?: RunWithCharts): Promise<number> {
  const cwd = process.cwd();
  let request: BuildRequest | undefined;
  try {
    const flags = parseFlags(argv, BUILD_FLAGS);
    if (flags.values.get('help')?.at(-1) === 'true') {
      writeSync(1, buildHelp());
      return 0;
    }
    for (const warning of flags.warnings) say(warning);
    request = toBuildRequest(flags, { cwd, env: process.env });
    const { resources, warnings } = await buildRequested(request, runWithCharts);
    for (const warning of warnings) say(`# Warning: ${warning}`);
    writeResult(resources, request.output);
    return 0;
  } catch (error) {
    // Whoever reads the output has seen enough.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 1;
    say(failureText(error, request, cwd));
    if (request?.showsStack && error instanceof Error && error.stack !== undefined) say(error.stack);
    return 1;
  }
}

async function buildRequested(
  { tree, options, charts }: BuildRequest,
  runWithCharts: RunWithCharts | undefined,
): Promise<BuildResult> {
  if (!charts || !runWithCharts) return build(tree, options);
  return runWithCharts((helm) => build(tree, { ...options, helm }), charts);
}

function say(line: string): void {
  writeSync(2, `${line}\n`);
}
