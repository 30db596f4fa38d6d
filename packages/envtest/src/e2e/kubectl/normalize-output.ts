import type { Output } from './kubectl.ts';

/** What differs from run to run, and what stands for it: the first that matches a place wins. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '<uid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)? [+-]\d{4}(?: [A-Z]+)?/g, '<time>'],
  [/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>'],
  // The head of a line of a log: its time, and the number of the process.
  [/^([IWE])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /gm, '$1<time> '],
  // What the client logs of a watch that it ends by itself depends on the moment.
  [/^[IWE]<time> reflector\.go.*\n?/gm, ''],
  [/(resourceVersion\\*["']?: ?)\\*["']?\d+\\*["']?/g, '$1<version>'],
  [/(Resource Version:\s+)\d+/g, '$1<version>'],
  [/(?<="serverAddress":")[^"]+/g, '<server>'],
  [/https:\/\/127\.0\.0\.1:\d+/g, '<server>'],
  [/\b10\.96\.\d+\.\d+\b/g, '<ip>'],
  [/\/tmp\/(?:LIVE|MERGED)-\d+/g, '<folder>'],
  [/\b(gen-)[a-z0-9]{5}\b/g, '$1<suffix>'],
  [/(?<=^|[\s(])(?:\d+[yhdms]){1,2}(?=$|[\s)])/gm, '<age>'],
  [/\b3[0-2]\d{3}\b/g, '<port>'],
];

/** An output with everything that varies replaced, and the padding of columns made the same. */
export function normalize(command: string, { stdout, stderr, code }: Output): string {
  const shown = /^explain\b/.test(command) ? withoutDescriptions(stdout) : stdout;
  return [`$ kubectl ${command}`, tidy(shown), tidy(stderr), `(exit code ${code})`]
    .filter((part) => part !== '')
    .join('\n');
}

function tidy(text: string): string {
  const replaced = VARYING.reduce((result, [pattern, by]) => result.replace(pattern, by), text);
  // Columns are as wide as their widest cell, which may be one that varies.
  const narrow = replaced.replace(/(?<=\S) {2,}/g, '  ').trimEnd();
  return sortManagers(UNORDERED.reduce(sortLines, withoutRepairs(withoutTypeDump(narrow))));
}

/** Lines next to each other that come in the order of a Go map, which is none. */
const UNORDERED = [
  // What is wrong with the fields of a custom resource.
  /(?:^\* .*\n?)+/gm,
  // The limits that a LimitRange has for a type.
  /(?:^(?:Container|Pod|PersistentVolumeClaim) {2}.*\n?)+/gm,
];

function sortLines(text: string, lines: RegExp): string {
  return text.replace(lines, (found) => `${found.trimEnd().split('\n').sort().join('\n')}\n`).trimEnd();
}

/** Entries of ownership are in the order of their times, which may be of one second or of two. */
function sortManagers(text: string): string {
  return text.replace(/(?<=^ {2}managedFields:\n)(?: {2}(?:- | {2}).*\n)+/gm, (block) =>
    block
      .split(/^(?= {2}- )/m)
      .sort()
      .join(''),
  );
}

/**
 * What the real server's repair loop tells of an address that it sees before the write that takes it:
 * it depends on the moment.
 */
function withoutRepairs(text: string): string {
  return text
    .replace(/^.* {2}ipallocator-repair-controller {2}.*(?:\n|$)/gm, '')
    .replace(/^Events:\n +Type .*\n +---- .*(?:\n(?! )|$(?![^]))/gm, 'Events:  <none>\n')
    .trimEnd();
}

/** The real server adds how its internal types differ, field by field in Go, when one may not change. */
function withoutTypeDump(text: string): string {
  return text.replace(
    /(?<=: Forbidden: (?:pod updates may not change|spec is immutable after creation).*)\n@@[^]*$/,
    '',
  );
}

/** `explain` without prose: the embedded server has the structure of the schemas only. */
function withoutDescriptions(text: string): string {
  return text
    .replace(/^DESCRIPTION:\n(?: {4}.*\n|\n)*/m, '')
    .replace(/^ +(?:<no description>|<empty>)\n/gm, '')
    .replace(/(?<=^ {2}\S.*\n)(?: {4}.*\n)+/gm, '')
    .replace(/\n{2,}/g, '\n');
}
