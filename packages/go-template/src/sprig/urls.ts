import { FunctionError } from '../errors.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { goFunction } from '../value/go-function.ts';
import { type GoMap, typedMap } from '../value/typed.ts';
import { formatGoUrl, type GoUrl, hostnameOf, parseGoUrl } from '../url/go-url.ts';
import { reflectKind } from './reflection.ts';

const MAP = 'map[string]interface {}';

function read(what: string, text: string): GoUrl {
  try {
    return parseGoUrl(text);
  } catch (error) {
    throw new FunctionError(`unable to parse ${what}: ${(error as Error).message}`, { cause: error });
  }
}

function urlParse(text: string): GoMap {
  const url = read('url', text);
  const { scheme, host, path, query, opaque, fragment, user = '' } = url;
  const entries = { scheme, host, hostname: hostnameOf(url), path, query, opaque, fragment, userinfo: user };
  return typedMap(MAP, Object.entries(entries));
}

function textOf(map: GoMap | null, key: string): string {
  if (map === null || !Object.hasOwn(map, key)) return '';
  const value = map[key];
  if (typeof value === 'string') return value;
  const kind = reflectKind(value);
  throw new FunctionError(`unable to parse ${key} key, must be of type string, but ${kind} found`);
}

function urlJoin(map: GoMap | null): string {
  const [scheme, host, path, query, opaque, fragment, userinfo] = [
    'scheme',
    'host',
    'path',
    'query',
    'opaque',
    'fragment',
    'userinfo',
  ].map((key) => textOf(map, key)) as [string, string, string, string, string, string, string];
  const user = userinfo === '' ? undefined : read('userinfo in dict', `proto://${userinfo}@host`).user;
  return formatGoUrl({ scheme, host, path, query, opaque, fragment, user });
}

/** Functions for URLs. */
export const urlFunctions: FunctionMap = {
  urlParse: goFunction(['string'], urlParse),
  urlJoin: goFunction([MAP], urlJoin),
};
