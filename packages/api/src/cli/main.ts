import process from 'node:process';
import { parseArgs } from 'node:util';
import { describeError } from '@gitops-toolkit/core';
import { type Command, COMMANDS } from './commands.ts';
import { checkFiles, printFiles, writeFiles } from './output.ts';
import { readSources } from './read-sources.ts';

const USAGE = `Writes CRDs, TypeScript types and documentation of resources.

Usage:
  gotk-api crds  <module>…          CRDs of the definitions that a module exports
  gotk-api types <module | crd>…    TypeScript of definitions, or of existing CRDs
  gotk-api docs  <module | crd>…    documentation in Markdown

A module is a JavaScript or TypeScript file; a crd is a YAML or JSON file, or a folder of such.

Flags:
      --out <folder>   write files there; without it, everything is printed
      --check          write nothing, and fail where a file in <folder> is not as it would be written
  -h, --help           this text
`;

/** Runs a command line; what it returns is the exit code: 0, or 1 with the reason on standard error. */
export async function main(argv: readonly string[]): Promise<number> {
  try {
    const request = readRequest(argv);
    if (!request) {
      process.stdout.write(USAGE);
      return 0;
    }
    const files = request.command(await readSources(request.paths));
    if (request.out === undefined) printFiles(files);
    else if (request.isCheck) await checkFiles(request.out, files);
    else await writeFiles(request.out, files);
    return 0;
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    return 1;
  }
}

interface Request {
  readonly command: Command;
  readonly paths: readonly string[];
  readonly out: string | undefined;
  readonly isCheck: boolean;
}

function readRequest(argv: readonly string[]): Request | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [name, ...paths] = positionals;
  if (values.help || name === undefined) return undefined;
  const command = COMMANDS.get(name);
  if (!command) throw new Error(`there is no command ${name}: use ${[...COMMANDS.keys()].join(', ')}`);
  if (paths.length === 0) throw new Error(`gotk-api ${name} needs a file`);
  if (values.check && values.out === undefined)
    throw new Error('--check needs --out: the folder to compare with');
  return { command, paths, out: values.out, isCheck: values.check };
}
