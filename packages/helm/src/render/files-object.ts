import {
  FunctionError,
  fromBytes,
  type GoMap,
  goFunction,
  nameType,
  toBase64,
  typedList,
  typedMap,
} from '@gitops-toolkit/go-template';
import type { ChartFile } from '../chart/chart.ts';
import { writeYaml } from '../functions/yaml-functions.ts';
import { compileGlob } from './glob.ts';

const FILES = 'engine.files';

type Files = Readonly<Record<string, Uint8Array>>;

/** A pattern that is none stands for all files. */
nameType(FILES, 'map[string][]uint8', {
  Get: (files: Files) => goFunction(['string'], (name: string) => textOf(bytesOf(files, name))),
  GetBytes: (files: Files) => goFunction(['string'], (name: string) => bytesOf(files, name)),
  Glob: (files: Files) => goFunction(['string'], (pattern: string) => matching(files, pattern)),
  AsConfig: (files: Files) => goFunction([], () => asMap(files, textOf)),
  AsSecrets: (files: Files) => goFunction([], () => asMap(files, toBase64)),
  Lines: (files: Files) => goFunction(['string'], (name: string) => lines(files, name)),
});

/** `.Files`: the files of a chart as templates see them. */
export function filesObject(files: readonly ChartFile[]): GoMap {
  return typedMap(
    FILES,
    files.map(({ name, data }) => [name, data] as const),
  );
}

const texts = new WeakMap<Uint8Array, string>();

/** Files are the same from render to render. */
function textOf(data: Uint8Array): string {
  let text = texts.get(data);
  if (text === undefined) texts.set(data, (text = fromBytes(data)));
  return text;
}

const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

function bytesOf(files: Files, name: string): Uint8Array {
  return (Object.hasOwn(files, name) ? files[name] : undefined) ?? new Uint8Array();
}

function matching(files: Files, pattern: string): GoMap {
  const matches = compileGlob(pattern) ?? (() => true);
  return typedMap(
    FILES,
    Object.entries(files).filter(([name]) => matches(name)),
  );
}

/** All files by their last name, as a map of YAML. */
function asMap(files: Files, encode: (data: Uint8Array) => string): string {
  const map = typedMap('map[string]string');
  for (const name of Object.keys(files).toSorted()) map[baseName(name)] = encode(bytesOf(files, name));
  return writeYaml(map);
}

function lines(files: Files, name: string): string[] {
  if (!Object.hasOwn(files, name)) return typedList<string>('[]string');
  const text = textOf(bytesOf(files, name));
  // Go looks at the last character without asking whether there is one.
  if (text === '') throw new FunctionError('runtime error: index out of range [-1]');
  return typedList('[]string', text.replace(/\n$/, '').split('\n'));
}
