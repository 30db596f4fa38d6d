import { createHash } from 'node:crypto';

import { formatApiVersion } from '@gitops-toolkit/core';

import { type Answer, jsonAnswer, pageNotFound, textAnswer } from '../http/answer.ts';
import type { ApiRequest } from '../http/api-request.ts';
import type { Registry } from '../registry/registry.ts';
import { openApiDocument } from './openapi-document.ts';
import { openApiV2 } from './openapi-v2.ts';

/** The OpenAPI v3 documents, one a group and version, made when they are first asked for. */
export class OpenApiDocuments {
  readonly #texts: Map<string, { readonly text: string; readonly hash: string }> = new Map();
  #generation = -1;

  /** Answers `/openapi/v2` and `/openapi/v3/…`. */
  answer(
    registry: Registry,
    version: string | undefined,
    rest: readonly string[],
    request: ApiRequest,
  ): Answer {
    if (version === 'v2') return openApiV2(request);
    if (version !== 'v3') return pageNotFound();
    if (this.#generation !== registry.generation) this.#texts.clear();
    this.#generation = registry.generation;
    return rest.length === 0 ? this.#root(registry) : this.#document(registry, rest);
  }

  #root(registry: Registry): Answer {
    const paths: Record<string, unknown> = {};
    for (const { name, versions } of registry.groups()) {
      for (const version of versions) {
        const path = name === '' ? `api/${version}` : `apis/${name}/${version}`;
        // A hash of the registry's state does for all, without making the documents.
        const hash = shortHash(`${path} ${registry.generation}`);
        paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
      }
    }
    return textAnswer(JSON.stringify({ paths }));
  }

  #document(registry: Registry, rest: readonly string[]): Answer {
    const [root, first = '', second = ''] = rest;
    const [group, version] = root === 'api' ? ['', first] : [first, second];
    const key = formatApiVersion(group, version);
    if (!registry.serves(group, version)) return pageNotFound();
    let known = this.#texts.get(key);
    if (!known) {
      const text = JSON.stringify(openApiDocument(registry.resources(group, version)));
      known = { text, hash: shortHash(text) };
      this.#texts.set(key, known);
    }
    return { ...jsonAnswer(null), body: known.text, headers: { etag: `"${known.hash}"` } };
  }
}

function shortHash(text: string): string {
  return createHash('sha512').update(text).digest('hex').toUpperCase();
}
