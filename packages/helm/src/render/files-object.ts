import { fromBytes, goFunction, GoStruct, type StructType, toBase64, typedList } from '@gitops-toolkit/go-template';
import type { ChartFile } from '../chart/chart.ts';
import { writeYaml } from '../functions/yaml-functions.ts';
import { compileGlob } from './glob.ts';

type Files = ReadonlyMap<string, Uint8Array>;

const baseName = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const textOf = (files: Files, name: string): string => fromBytes(files.get(name) ?? new Uint8Array());

/** All files by their last name, as a map of YAML. */
function asMap(files: Files, encode: (data: Uint8Array) => string): string {
  const map = Object.create(null) as Record<string, string>;
  for (const [name, data] of files) map[baseName(name)] = encode(data);
  return writeYaml(map);
}

function lines(files: Files, name: string): string[] {
  const text = textOf(files, name);
  if (!files.has(name)) return typedList<string>('[]string');
  return typedList('[]string', text.replace(/\n$/, '').split('\n'));
}

/** `.Files`. A pattern that is none stands for all files. */
const FILES: StructType<Files> = {
  name: 'engine.files',
  fields: [],
  methods: {
    Get: (files) => goFunction(['string'], (name: string) => textOf(files, name)),
    GetBytes: (files) => goFunction(['string'], (name: string) => files.get(name) ?? new Uint8Array()),
    Glob: (files) =>
      goFunction(['string'], (pattern: string) => {
        const matches = compileGlob(pattern) ?? (() => true);
        return filesValue(new Map([...files].filter(([name]) => matches(name))));
      }),
    AsConfig: (files) => goFunction([], () => asMap(files, fromBytes)),
    AsSecrets: (files) => goFunction([], () => asMap(files, toBase64)),
    Lines: (files) => goFunction(['string'], (name: string) => lines(files, name)),
  },
};

function filesValue(files: Files): GoStruct<Files> {
  return new GoStruct(FILES, files);
}

/** The files of a chart as templates see them. */
export function filesObject(files: readonly ChartFile[]): GoStruct<Files> {
  return filesValue(new Map(files.map(({ name, data }) => [name, data])));
}
