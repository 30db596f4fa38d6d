import type { Authenticator } from './auth/authentication.ts';
import { accessAttributes, authorizePath, authorizeResource } from './auth/authorize.ts';
import type { Authorizer } from './auth/authorizer.ts';
import { deleteCollection, deleteOne } from './delete/delete.ts';
import { aggregatedDiscovery, aggregatedVersion } from './discovery/aggregated-discovery.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './discovery/legacy-discovery.ts';
import type { OpenApiDocuments } from './discovery/openapi.ts';
import type { Engine } from './engine.ts';
import { type Answer, jsonAnswer, pageNotFound, textAnswer } from './http/answer.ts';
import type { ApiRequest } from './http/api-request.ts';
import { parseResourcePath } from './path-scope.ts';
import { list } from './read/list.ts';
import { renderObject } from './read/render.ts';
import { watch } from './read/watch.ts';
import { isReview, review } from './reviews/reviews.ts';
import { methodNotAllowed, resourceNotFound } from './status-error.ts';
import { answerSubresource } from './subresources/subresources.ts';
import type { TokenSigner } from './subresources/service-account-token.ts';
import { versionDocument } from './version.ts';
import { create } from './write/create.ts';
import { patch } from './write/patch.ts';
import { requireEntry, type Scope, versionOf } from './write/scope.ts';
import { update } from './write/update.ts';

/** What requests are answered from. */
export interface RouterContext {
  readonly engine: Engine;
  readonly authenticator: Authenticator;
  readonly authorizer: Authorizer;
  readonly openapi: OpenApiDocuments;
  readonly version: string;
  readonly signer: TokenSigner;
  /** Host and port, for clients that ask where the server is. */
  readonly address: () => string;
}

/** Answers one request. */
export function route(context: RouterContext, request: ApiRequest): Answer | Promise<Answer> {
  const { segments } = request;
  const isResource =
    segments[0] === 'api' ? segments.length > 2 : segments[0] === 'apis' && segments.length > 3;
  return isResource ? routeResource(context, request) : routeDocument(context, request);
}

/** Paths that are not about objects. */
function routeDocument(context: RouterContext, request: ApiRequest): Answer {
  const { registry } = context.engine;
  const { segments, path } = request;
  authorizePath(context.authorizer, request.user, request.method, path);
  const [first = '', second, third] = segments;
  switch (first) {
    case 'api':
    case 'apis':
      return routeDiscovery(context, request);
    case 'healthz':
    case 'livez':
    case 'readyz':
      return health(first, request);
    case 'version':
      return { ...jsonAnswer(null), body: JSON.stringify(versionDocument(context.version), null, 2) };
    case 'openapi':
      return context.openapi.answer(registry, second, segments.slice(2), request);
    default:
      return first === '' && third === undefined ? jsonAnswer({ paths: rootPaths(context) }) : pageNotFound();
  }
}

function routeDiscovery(
  { engine: { registry }, address }: RouterContext,
  { segments, headers }: ApiRequest,
): Answer {
  const [root, second, third] = segments;
  if (second === undefined) {
    const version = aggregatedVersion(headers.accept);
    const isCore = root === 'api';
    if (version)
      return aggregatedDiscovery(registry, isCore ? 'api' : 'apis', version, headers['if-none-match']);
    return jsonAnswer(isCore ? apiVersions(address()) : apiGroupList(registry));
  }
  if (root === 'api')
    return orUnknown(third === undefined ? apiResourceList(registry, '', second) : undefined);
  const isKnown = apiGroup(registry, second) !== undefined;
  return (isKnown ? orUnknown : orNotFound)(
    third === undefined ? apiGroup(registry, second) : apiResourceList(registry, second, third),
  );
}

/** A version that a known group does not have is answered otherwise than a group that nobody knows. */
function orUnknown(document: unknown): Answer {
  if (document === undefined) throw resourceNotFound();
  return jsonAnswer(document);
}

const orNotFound = (document: unknown): Answer =>
  document === undefined ? pageNotFound() : jsonAnswer(document);

function health(name: string, { query, segments }: ApiRequest): Answer {
  if (segments.length > 2) return pageNotFound();
  if (!query.has('verbose')) return textAnswer('ok');
  return textAnswer(`[+]ping ok\n[+]log ok\n[+]etcd ok\n${name} check passed\n`);
}

function rootPaths({ engine: { registry } }: RouterContext): string[] {
  const groups = registry.groups().flatMap(({ name, versions }) => {
    const root = name === '' ? '/api' : `/apis/${name}`;
    return [root, ...versions.map((version) => `${root}/${version}`)];
  });
  return ['/apis', ...groups, '/healthz', '/livez', '/openapi/v3', '/readyz', '/version'].sort();
}

function routeResource(context: RouterContext, request: ApiRequest): Answer | Promise<Answer> {
  const found = parseResourcePath(context.engine.registry, request.segments);
  if (!found) return pageNotFound();
  const { scope } = found;
  const isWatch = found.watching || isWatchQuery(request);
  if (found.watching) request.query.set('watch', '1');
  authorizeResource(
    context.authorizer,
    request.user,
    scope,
    accessAttributes(scope, request.method, isWatch),
  );
  if (scope.resource.deprecation !== undefined) request.warnings.push(scope.resource.deprecation);
  if (scope.subresource !== undefined) return answerSubresource(context, scope, request);
  if (isReview(scope)) return routeReview(context, scope, request);
  return isWatch && isRead(request)
    ? routeWatch(context, scope, request)
    : routeObjects(context.engine, scope, request);
}

const isRead = ({ method }: ApiRequest): boolean => method === 'GET' || method === 'HEAD';

function isWatchQuery({ query, method }: ApiRequest): boolean {
  const value = query.get('watch');
  return value !== null && /^(1|t|true|)$/i.test(value) && method === 'GET';
}

function routeReview(context: RouterContext, scope: Scope, request: ApiRequest): Answer {
  if (request.method !== 'POST' || scope.name !== undefined) throw methodNotAllowed();
  const { engine, authorizer, authenticator } = context;
  const authenticateToken = authenticator.authenticateToken.bind(authenticator);
  return review({ engine, authorizer, authenticateToken }, scope, request);
}

function routeWatch({ engine }: RouterContext, scope: Scope, request: ApiRequest): Answer {
  if (!scope.resource.verbs.includes('watch')) throw methodNotAllowed();
  return watch(engine, scope, request);
}

function routeObjects(engine: Engine, scope: Scope, request: ApiRequest): Answer | Promise<Answer> {
  const verb = verbFor(scope, request.method);
  if (verb === undefined || !scope.resource.verbs.includes(verb)) throw methodNotAllowed();
  switch (verb) {
    case 'get':
      return get(engine, scope, request);
    case 'list':
      return list(engine, scope, request);
    case 'create':
      return create(engine, scope, request);
    case 'update':
      return update(engine, scope, request);
    case 'patch':
      return patch(engine, scope, request);
    case 'delete':
      return deleteOne(engine, scope, request);
    case 'deletecollection':
      return deleteCollection(engine, scope, request);
    default:
      throw resourceNotFound();
  }
}

function verbFor(scope: Scope, method: string): string | undefined {
  const isCollection = scope.name === undefined;
  // Writes to a collection need to know their namespace.
  const isEverywhere = scope.resource.namespaced && scope.namespace === undefined;
  if (isCollection) {
    if (method === 'GET') return 'list';
    if (isEverywhere) return undefined;
    return { POST: 'create', DELETE: 'deletecollection' }[method];
  }
  return { GET: 'get', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }[method];
}

function get(engine: Engine, scope: Scope, request: ApiRequest): Answer {
  const entry = requireEntry(engine, scope);
  const found = { object: versionOf(scope, entry), entry };
  return renderObject(request, scope.resource, found, { now: engine.clock.now() });
}
