import { forbidden, StatusError } from '../status-error.ts';
import { groupResource } from '../registry/served-resource.ts';
import type { Scope } from '../write/scope.ts';
import type { AccessAttributes, Authorizer } from './authorizer.ts';
import type { UserInfo } from './user.ts';

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/** What a request asks for, in the words of roles. */
export function accessAttributes(scope: Scope, method: string, watch: boolean): AccessAttributes {
  const { resource, namespace = '', name = '', subresource } = scope;
  return {
    verb: verbOf(method, name === '', watch),
    group: resource.group,
    resource: subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`,
    namespace: resource.storage === '/namespaces' ? name : namespace,
    name,
  };
}

function verbOf(method: string, isCollection: boolean, watch: boolean): string {
  if (method === 'GET' || method === 'HEAD') {
    if (watch) return 'watch';
    return isCollection ? 'list' : 'get';
  }
  if (method === 'DELETE') return isCollection ? 'deletecollection' : 'delete';
  return VERBS[method] ?? method.toLowerCase();
}

/** @throws StatusError 403 */
export function authorizeResource(
  authorizer: Authorizer,
  user: UserInfo,
  scope: Scope,
  attributes: AccessAttributes,
): void {
  if (authorizer.allows(user, attributes)) return;
  const { verb, group, resource, namespace, name } = attributes;
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const why = `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`;
  throw forbidden(groupResource(scope.resource), name, why);
}

/** @throws StatusError 403 */
export function authorizePath(authorizer: Authorizer, user: UserInfo, method: string, path: string): void {
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  if (authorizer.allowsPath(user, verb, path)) return;
  throw new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot ${verb} path "${path}"`, {});
}
