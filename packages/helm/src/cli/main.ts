import { writeSync } from 'node:fs';
import process from 'node:process';
import { parseFlags, writeAllSync } from '@gitops-toolkit/core/node';
import { failureText } from './failure-text.ts';
import { runTemplate } from './run-template.ts';
import { TEMPLATE_FLAGS, templateHelp } from './template-flags.ts';
import { toTemplateRequest } from './template-request.ts';

const USAGE = `Renders Helm charts.

Usage:
  gotk-helm template [NAME] [CHART] [flags]

Run 'gotk-helm template --help' for the flags.
`;

/** Runs a command line; what it returns is the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv;
  if (command === 'template') return template(rest);
  if (command === undefined || command === 'help' || command === '--help' || command === '-h') {
    writeSync(1, USAGE);
    return 0;
  }
  say(`Error: unknown command ${JSON.stringify(command)} for "gotk-helm"`);
  say("Run 'gotk-helm --help' for usage.");
  return 1;
}

async function template(argv: readonly string[]): Promise<number> {
  try {
    const flags = parseFlags(argv, TEMPLATE_FLAGS);
    if (flags.values.get('help')?.at(-1) === 'true') {
      writeAllSync(1, templateHelp());
      return 0;
    }
    for (const warning of flags.warnings) say(warning);
    await runTemplate(toTemplateRequest(flags, { cwd: process.cwd(), env: process.env }), {
      print: (text) => writeAllSync(1, text),
      warn: say,
    });
    return 0;
  } catch (error) {
    // Whoever reads the output has seen enough.
    if (error instanceof Error && 'code' in error && error.code === 'EPIPE') return 1;
    say(failureText(error));
    return 1;
  }
}

function say(line: string): void {
  writeAllSync(2, `${line}\n`);
}
