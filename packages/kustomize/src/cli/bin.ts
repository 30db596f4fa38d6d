#!/usr/bin/env node
// The program: sets Node up for a short run, and only then loads what it runs.
import { enableCompileCache } from 'node:module';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';

// Measured on builds of up to 12 MB: a young generation that does not grow saves up to 50 MB and costs
// nothing, as almost all that is read lives to the end; and what the last of V8's compilers takes in time
// and memory, a process that lives for a second does not get back. Nor does the one before it, up to 5 MB, but for
// functions that are called so often, or loop for so long, that the build is a large one.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--no-opt');
setFlagsFromString('--invocation-count-for-maglev=3200');
enableCompileCache();

const argv = process.argv.slice(2);
const hasCharts = argv.some((word) => word.startsWith('--enable-helm'));
const { main } = await (hasCharts ? import('./main-with-charts.ts') : import('./main.ts'));
process.exitCode = await main(argv);
