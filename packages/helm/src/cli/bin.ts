#!/usr/bin/env node
// The program: sets Node up for a short run, and only then loads what it runs.
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

// A process that lives for a fifth of a second does not get back what the last of V8's compilers takes.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--no-opt');
enableCompileCache();

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
