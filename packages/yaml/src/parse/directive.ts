import type { Reader } from './reader.ts';

/** Reads `%YAML` or `%TAG`, and moves to the next token. */
export function readDirective(reader: Reader): void {
  const { text } = reader;
  const lineEnd = text.indexOf('\n', reader.pos);
  const words = text
    .slice(reader.pos + 1, lineEnd)
    .replace(/(?:^|\s)#.*$/, '')
    .trim()
    .split(/\s+/);
  const [name, ...values] = words;
  if (!/^[\w-]/.test(name ?? '')) failInDirective(reader, 'could not find expected directive name');
  if (name === 'YAML') checkVersion(reader, values);
  else if (name === 'TAG') addTagHandle(reader, values);
  else failInDirective(reader, 'found unknown directive name');
  reader.pos = lineEnd;
  reader.skipToToken();
}

function checkVersion(reader: Reader, values: readonly string[]): void {
  if (values.length !== 1 || !/^\d+\.\d+$/.test(values[0] ?? '')) {
    failInDirective(reader, 'did not find expected version number');
  }
  if (values[0] !== '1.1') failInDirective(reader, 'found incompatible YAML document');
}

function addTagHandle(reader: Reader, values: readonly string[]): void {
  const [handle = '', prefix = ''] = values;
  if (values.length !== 2 || !/^!(?:[\w-]*!)?$/.test(handle))
    failInDirective(reader, "did not find expected '!'");
  if (reader.tagHandles.has(handle)) failInDirective(reader, 'found duplicate %TAG directive');
  reader.tagHandles.set(handle, prefix);
}

function failInDirective(reader: Reader, problem: string): never {
  reader.fail(problem, reader.pos, {
    scanner: true,
    hint: 'Known are %YAML 1.1 and %TAG !handle! prefix. Quote a text that starts with %.',
  });
}
