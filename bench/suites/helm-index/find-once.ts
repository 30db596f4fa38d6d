// Finds a version of a chart in an index: find-once.ts <URL of helm/repository> <file> <chart> <constraint>
import { createReadStream } from 'node:fs';
import process from 'node:process';
import type * as Repository from '../../../packages/helm/src/repository/index.ts';

const [entry = '', file = '', chart = '', constraint = ''] = process.argv.slice(2);
const importStarted = performance.now();
const { readIndex } = (await import(entry)) as typeof Repository;
const importMs = performance.now() - importStarted;
const index = await readIndex(createReadStream(file), { limits: { indexBytes: 64 * 1024 * 1024 } });
const { version } = index.find(chart, constraint).metadata;
if (version !== '2.9.9') throw new Error(`found ${version}`);
console.log(JSON.stringify({ importMs }));
