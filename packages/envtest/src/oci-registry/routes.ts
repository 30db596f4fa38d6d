import type { IncomingMessage, ServerResponse } from 'node:http';
import { digestOf, RepositoryContents } from './contents.ts';
import { Uploads } from './uploads.ts';

/** A request to a repository, taken apart. */
export interface RegistryCall {
  readonly repository: string;
  readonly kind: 'blobs' | 'uploads' | 'manifests' | 'tags' | 'referrers';
  /** A digest, a tag or the name of an upload. */
  readonly reference: string;
  readonly url: URL;
  readonly body: Buffer;
}

/** The calls of the distribution spec 1.1, on repositories in memory. */
export class RegistryRoutes {
  readonly #repositories = new Map<string, RepositoryContents>();
  readonly #uploads = new Uploads();
  readonly #hasReferrers: boolean;

  constructor(options: { readonly referrers: boolean }) {
    this.#hasReferrers = options.referrers;
  }

  /** What a repository holds; made with the first call. */
  contents(repository: string): RepositoryContents {
    const found = this.#repositories.get(repository) ?? new RepositoryContents();
    this.#repositories.set(repository, found);
    return found;
  }

  handle(request: IncomingMessage, response: ServerResponse, call: RegistryCall): void {
    const { method = 'GET' } = request;
    const { kind } = call;
    if (kind === 'tags') this.#listTags(response, call);
    else if (kind === 'referrers') this.#listReferrers(response, call);
    else if (kind === 'uploads') this.#upload(method, request, response, call);
    else if (kind === 'blobs') this.#blob(method, request, response, call);
    else this.#manifest(method, request, response, call);
  }

  #listTags(response: ServerResponse, { repository, url }: RegistryCall): void {
    const all = [...this.contents(repository).tags.keys()].toSorted();
    const size = Number(url.searchParams.get('n') ?? all.length);
    const last = url.searchParams.get('last');
    const rest = last === null ? all : all.filter((tag) => tag > last);
    const tags = rest.slice(0, size);
    const isMore = rest.length > tags.length && tags.length > 0;
    const next = `/v2/${repository}/tags/list?n=${size}&last=${tags.at(-1)}`;
    json(response, 200, { name: repository, tags }, isMore ? { link: `<${next}>; rel="next"` } : {});
  }

  #listReferrers(response: ServerResponse, { repository, reference, url }: RegistryCall): void {
    if (!this.#hasReferrers) return notFound(response, 'NOT_FOUND');
    const type = url.searchParams.get('artifactType');
    const all = this.contents(repository).referrers(reference) as { artifactType?: string }[];
    const manifests = type === null ? all : all.filter(({ artifactType }) => artifactType === type);
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    json(
      response,
      200,
      { schemaVersion: 2, mediaType, manifests },
      {
        'content-type': mediaType,
        ...(type !== null && { 'oci-filters-applied': 'artifactType' }),
      },
    );
  }

  #upload(method: string, request: IncomingMessage, response: ServerResponse, call: RegistryCall): void {
    const { repository, reference: id, url, body } = call;
    const digest = url.searchParams.get('digest');
    if (method === 'POST') return this.#beginUpload(response, call);
    const size = this.#uploads.size(id);
    if (size === undefined) return notFound(response, 'BLOB_UPLOAD_UNKNOWN');
    const place = { location: `/v2/${repository}/blobs/uploads/${id}` };
    if (method === 'GET') return end(response, 204, { ...place, range: `0-${Math.max(size - 1, 0)}` });
    const from = request.headers['content-range']?.split('-')[0];
    if (method === 'PATCH' && from !== undefined && Number(from) !== size) return end(response, 416, place);
    this.#uploads.add(id, body);
    if (method === 'PATCH') return end(response, 202, { ...place, range: `0-${size + body.length - 1}` });
    const whole = this.#uploads.end(id);
    if (digest !== digestOf(whole)) return json(response, 400, { errors: [{ code: 'DIGEST_INVALID' }] });
    this.contents(repository).blobs.set(digest, whole);
    end(response, 201, { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest });
  }

  #beginUpload(response: ServerResponse, { repository, url }: RegistryCall): void {
    const [mount, from] = [url.searchParams.get('mount'), url.searchParams.get('from')];
    const mounted = mount === null || from === null ? undefined : this.contents(from).blobs.get(mount);
    if (mounted && mount !== null) {
      this.contents(repository).blobs.set(mount, mounted);
      return end(response, 201, { location: `/v2/${repository}/blobs/${mount}` });
    }
    end(response, 202, { location: `/v2/${repository}/blobs/uploads/${this.#uploads.begin()}` });
  }

  #blob(method: string, request: IncomingMessage, response: ServerResponse, call: RegistryCall): void {
    const blob = this.contents(call.repository).blobs.get(call.reference);
    if (!blob) return notFound(response, 'BLOB_UNKNOWN');
    const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': call.reference };
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const part = blob.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      ...headers,
      'content-length': part.length,
      ...(from > 0 && { 'content-range': `bytes ${from}-${blob.length - 1}/${blob.length}` }),
    });
    response.end(method === 'HEAD' ? undefined : part);
  }

  #manifest(method: string, request: IncomingMessage, response: ServerResponse, call: RegistryCall): void {
    const { repository, reference } = call;
    const contents = this.contents(repository);
    if (method === 'PUT') return this.#putManifest(request, response, call);
    const found = contents.manifest(reference);
    if (!found) return notFound(response, 'MANIFEST_UNKNOWN');
    if (method === 'DELETE') {
      if (reference.includes(':')) contents.manifests.delete(reference);
      else contents.tags.delete(reference);
      return end(response, 202, {});
    }
    response.writeHead(200, {
      'content-type': found.mediaType,
      'content-length': found.bytes.length,
      'docker-content-digest': found.digest,
    });
    response.end(method === 'HEAD' ? undefined : found.bytes);
  }

  #putManifest(
    request: IncomingMessage,
    response: ServerResponse,
    { repository, reference, body }: RegistryCall,
  ): void {
    const contents = this.contents(repository);
    const mediaType = request.headers['content-type'] ?? '';
    const missing = missingBlobs(body, contents);
    if (missing === undefined || missing.length > 0)
      return json(response, 400, {
        errors: [{ code: missing ? 'MANIFEST_BLOB_UNKNOWN' : 'MANIFEST_INVALID' }],
      });
    const digest = contents.putManifest(reference, { bytes: body, mediaType });
    const { subject } = JSON.parse(body.toString()) as { subject?: { digest: string } };
    end(response, 201, {
      location: `/v2/${repository}/manifests/${digest}`,
      'docker-content-digest': digest,
      ...(subject && this.#hasReferrers && { 'oci-subject': subject.digest }),
    });
  }
}

function missingBlobs(body: Buffer, contents: RepositoryContents): string[] | undefined {
  try {
    const { config, layers = [] } = JSON.parse(body.toString()) as {
      config?: { digest: string };
      layers?: { digest: string }[];
    };
    return [...(config ? [config] : []), ...layers]
      .map(({ digest }) => digest)
      .filter((digest) => !contents.blobs.has(digest));
  } catch {
    return undefined;
  }
}

function end(response: ServerResponse, status: number, headers: Record<string, string>): void {
  response.writeHead(status, { 'content-length': 0, ...headers }).end();
}

function notFound(response: ServerResponse, code: string): void {
  json(response, 404, { errors: [{ code }] });
}

function json(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}
