#!/usr/bin/env node
// The program: sets Node up for a short run, and only then loads what it runs.
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

// Measured on the heaviest charts: a process that lives for a fifth of a second does not get back what the last of V8's
// compilers takes, and of the one before, some 10 MB on large charts, only for functions that are called often. What ran must be there
// still at the end, when it is kept for the next run.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--no-opt');
setFlagsFromString('--invocation-count-for-maglev=3200');
setFlagsFromString('--no-flush-bytecode');
enableCompileCache();

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
