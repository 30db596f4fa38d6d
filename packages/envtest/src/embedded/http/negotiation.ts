import { StatusError } from '../status-error.ts';

/** The shape in which objects can be asked for beside their own. */
export type Shape = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

/** What an `Accept` header comes to. */
export interface Representation {
  readonly format: 'json' | 'yaml';
  /** The value of the answer's `Content-Type`. */
  readonly contentType: string;
  readonly shape?: { readonly kind: Shape; readonly version: string };
}

const JSON_TYPE = 'application/json';
const YAML_TYPE = 'application/yaml';
const OFFERED = [JSON_TYPE, YAML_TYPE, 'application/json;stream=watch'];

interface Clause {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Chooses the first alternative of an `Accept` header that the server can give.
 *
 * @throws StatusError 406 when there is none.
 */
export function negotiate(accept: string | undefined, shapes: readonly Shape[] = []): Representation {
  for (const clause of parseAccept(accept)) {
    const representation = represent(clause, shapes);
    if (representation) return representation;
  }
  const message = `406: Not Acceptable\n\nAvailable representations: ${OFFERED.join(', ')}`;
  throw new StatusError(406, 'NotAcceptable', message, {});
}

/** The alternatives of a header, the preferred ones first. */
export function parseAccept(accept: string | undefined): Clause[] {
  if (accept === undefined || accept.trim() === '') return [{ type: '*/*', parameters: new Map() }];
  const clauses = accept.split(',').map((text) => {
    const [type = '', ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map(rest.map((part) => splitParameter(part)));
    return { type: type.toLowerCase(), parameters, quality: Number(parameters.get('q') ?? 1) };
  });
  return clauses.sort((a, b) => b.quality - a.quality);
}

function splitParameter(text: string): [string, string] {
  const equals = text.indexOf('=');
  return equals < 0
    ? [text.toLowerCase(), '']
    : [text.slice(0, equals).toLowerCase(), text.slice(equals + 1)];
}

function represent({ type, parameters }: Clause, shapes: readonly Shape[]): Representation | undefined {
  const format = formatOf(type);
  if (!format) return undefined;
  const contentType = format === 'yaml' ? YAML_TYPE : streamType(parameters);
  const kind = parameters.get('as') as Shape | undefined;
  if (kind === undefined) return { format, contentType };
  const version = parameters.get('v') ?? '';
  if (!shapes.includes(kind) || parameters.get('g') !== 'meta.k8s.io' || !/^v1(beta1)?$/.test(version))
    return undefined;
  return { format, contentType, shape: { kind, version } };
}

function formatOf(type: string): 'json' | 'yaml' | undefined {
  if (type === '*/*' || type === 'application/*' || type === JSON_TYPE) return 'json';
  return type === YAML_TYPE || type === 'application/x-yaml' ? 'yaml' : undefined;
}

function streamType(parameters: ReadonlyMap<string, string>): string {
  return parameters.get('stream') === 'watch' ? `${JSON_TYPE};stream=watch` : JSON_TYPE;
}
