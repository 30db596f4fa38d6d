import { decodeJson, type GoMap, isGoMap, type ValuePath } from '@gitops-toolkit/go-template';
import type { Dialect } from '../dialect.ts';
import { type SetKind, setValues } from '../values/set-syntax.ts';
import type { ValuesInput } from '../values/user-values.ts';
import type { ValueOrigin } from './explanation.ts';
import { keyOf, MapLayer, type ValueLayer } from './value-layer.ts';
import { YamlLayer } from './yaml-layer.ts';

/** What a user has given, the flags and files that count for more first. */
export function userLayers(input: ValuesInput, dialect: Dialect): ValueLayer[] {
  const { files = [], setJson = [], set = [], setString = [], setFile = [], setLiteral = [] } = input;
  const flags = (kind: SetKind, name: string, texts: readonly string[]): (() => ValueLayer)[] =>
    texts.map((text) => () => flagLayer(kind, name, text, input, dialect));
  const all = [
    ...files.map(
      ({ name, text }) =>
        () =>
          new YamlLayer(text, name, { kind: 'file' }, dialect),
    ),
    ...flags('json', '--set-json', setJson),
    ...flags('set', '--set', set),
    ...flags('string', '--set-string', setString),
    ...flags('file', '--set-file', setFile),
    ...flags('literal', '--set-literal', setLiteral),
  ];
  return all.toReversed().map((make) => make());
}

function flagLayer(
  kind: SetKind,
  name: string,
  text: string,
  { readFile }: ValuesInput,
  dialect: Dialect,
): ValueLayer {
  // Not the text of the flag: it may hold a password.
  const origin = (path: ValuePath): ValueOrigin => ({ kind: 'flag', flag: `${name} ${keyOf(path)}` });
  const object =
    kind === 'json' && dialect === 'v4' && text.trim().startsWith('{') ? decodeJson(text) : undefined;
  if (isGoMap(object)) return new MapLayer(object, origin);
  const values = Object.create(null) as GoMap;
  return new MapLayer(setValues(values, text, { kind, dialect, ...(readFile && { readFile }) }), origin);
}
