/** The verb of a request, in the words of RBAC. Requests for documents such as `/version` are `get`. */
export type RequestVerb =
  | 'create'
  | 'delete'
  | 'deletecollection'
  | 'get'
  | 'list'
  | 'patch'
  | 'update'
  | 'watch';

/** Finds the verb by method, path and query alone, without knowing which resources there are. */
export function requestVerb(method: string, path: string, query: URLSearchParams): RequestVerb {
  switch (method) {
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return isCollection(path) ? 'deletecollection' : 'delete';
    default:
      if (isTrue(query.get('watch')) || belowVersion(path)[0] === 'watch') return 'watch';
      return isCollection(path) ? 'list' : 'get';
  }
}

/** `/api/v1/pods`, `/apis/apps/v1/namespaces/web/deployments`; not `/api/v1/namespaces/web` or what is below objects. */
function isCollection(path: string): boolean {
  const rest = belowVersion(path);
  if (rest.length === 1) return true;
  const isNamespacePart = rest[2] === 'status' || rest[2] === 'finalize';
  return rest.length === 3 && rest[0] === 'namespaces' && !isNamespacePart;
}

/** The segments of a path below group and version; none for documents. */
function belowVersion(path: string): string[] {
  const [root, ...segments] = path.split('/').filter((segment) => segment !== '');
  if (root === 'api') return segments.slice(1);
  return root === 'apis' ? segments.slice(2) : [];
}

/** The API server takes a bare `watch` for `true` as well. */
function isTrue(value: string | null): boolean {
  return value !== null && value !== 'false' && value !== '0';
}
