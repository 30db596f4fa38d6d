import { cloneValue, errorMessage, gvkOf, type KubeObject, parseApiVersion } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import type { Review } from './review.ts';

/**
 * Makes of an object the same in another version of its kind. What it gives needs no `apiVersion`; of `metadata` only
 * labels and annotations may change. Must lose nothing: what the other version has no field for goes into an annotation.
 *
 * @param apiVersion the version wanted, with the group: `web.example.com/v1`
 */
export type Converter = (object: KubeObject, apiVersion: string) => KubeObject | Promise<KubeObject>;

/** How a version becomes the hub's, and the hub's it. Each gets a copy of its own, to change or to replace. */
export interface Spoke {
  toHub(object: KubeObject): KubeObject;
  fromHub(object: KubeObject): KubeObject;
}

/**
 * Conversion over one version, the hub, that all others know: two functions a version in place of two a pair.
 *
 * @example
 * ```ts
 * import { throughHub } from '@gitops-toolkit/runtime/webhooks';
 *
 * const convert = throughHub('v2', {
 *   v1: {
 *     toHub: ({ host, ...site }) => ({ ...site, spec: { domain: host } }),
 *     fromHub: ({ spec, ...site }) => ({ ...site, host: (spec as { domain: string }).domain }),
 *   },
 * });
 * const site = { apiVersion: 'example.com/v1', kind: 'Site', metadata: { name: 'a' }, host: 'a.example' };
 * console.log(await convert(site, 'example.com/v2')); // { apiVersion: …, spec: { domain: 'a.example' } }
 * ```
 */
export function throughHub(hub: string, spokes: Readonly<Record<string, Spoke>>): Converter {
  const spoke = (version: string): Spoke | undefined => {
    if (version === hub) return undefined;
    if (Object.hasOwn(spokes, version)) return spokes[version];
    const known = [hub, ...Object.keys(spokes)].join(', ');
    throw conversionError(`no conversion for version ${version}, only for ${known}`);
  };
  return (object, apiVersion) => {
    const from = spoke(parseApiVersion(object.apiVersion).version);
    const to = spoke(parseApiVersion(apiVersion).version);
    const atHub = from ? from.toHub(object) : object;
    return to ? to.fromHub(cloneValue(atHub)) : atHub;
  };
}

/** Converts an object, and sees to what the server insists on: the version asked for, and metadata as it was. */
async function convertObject(
  object: KubeObject,
  apiVersion: string,
  convert: Converter,
): Promise<KubeObject> {
  if (object.apiVersion === apiVersion) return object;
  const converted = await convert(cloneValue(object), apiVersion);
  const { labels, annotations } = converted.metadata;
  const { labels: _labels, annotations: _annotations, ...rest } = object.metadata;
  const metadata = { ...rest, ...(labels && { labels }), ...(annotations && { annotations }) };
  return { ...converted, apiVersion, kind: object.kind, metadata };
}

/** The `response` of a ConversionReview. All objects are converted, or none. */
export async function answerConversion(
  review: Review,
  converterOf: (kind: { readonly group: string; readonly kind: string }) => Converter | undefined,
  onError: (error: unknown) => void,
): Promise<Record<string, unknown>> {
  const { desiredAPIVersion, objects } = review.request as {
    desiredAPIVersion?: string;
    objects?: KubeObject[];
  };
  try {
    const convertedObjects: KubeObject[] = [];
    for (const object of objects ?? []) {
      const kind = gvkOf(object);
      const convert = converterOf(kind);
      if (!convert) throw conversionError(`nothing here converts ${kind.kind} of ${kind.group}`);
      convertedObjects.push(await convertObject(object, desiredAPIVersion ?? '', convert));
    }
    return { convertedObjects, result: { status: 'Success' } };
  } catch (error) {
    onError(error);
    return { result: { status: 'Failed', message: errorMessage(error) } };
  }
}

function conversionError(message: string): RuntimeError {
  return new RuntimeError('RUNTIME_CONVERSION_FAILED', message);
}
