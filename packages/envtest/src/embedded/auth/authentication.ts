import type { IncomingHttpHeaders } from 'node:http';
import { createHash, timingSafeEqual } from 'node:crypto';

import type { TokenUser } from '../options.ts';
import { badRequest, forbidden, StatusError, unauthorized } from '../status-error.ts';
import { verifyToken } from '../subresources/service-account-token.ts';
import type { Authorizer } from './authorizer.ts';
import { ANONYMOUS, MASTERS, type UserInfo } from './user.ts';

/** What the server knows about who may come in. */
export interface AuthenticationOptions {
  readonly tokens: readonly TokenUser[];
  /** Whether those who show no token are administrators. */
  readonly open: boolean;
  readonly tokenSecret: Buffer;
  now(): number;
}

const ADMIN: UserInfo = { name: 'admin', groups: [MASTERS, 'system:authenticated'] };

/** Finds out who makes a request. */
export class Authenticator {
  readonly #options: AuthenticationOptions;
  readonly #tokens: readonly { readonly hash: Buffer; readonly user: UserInfo }[];

  constructor(options: AuthenticationOptions) {
    this.#options = options;
    this.#tokens = options.tokens.map(({ token, name, uid, groups = [] }) => ({
      hash: hash(token),
      user: { name, groups: [...groups, 'system:authenticated'], ...(uid === undefined ? {} : { uid }) },
    }));
  }

  /**
   * The user of a request, before impersonation.
   *
   * @throws StatusError 401 for a token that nobody has.
   */
  authenticate(headers: IncomingHttpHeaders): UserInfo {
    const { authorization } = headers;
    if (authorization === undefined || authorization === '') return this.#options.open ? ADMIN : ANONYMOUS;
    const [scheme = '', token = ''] = authorization.split(' ');
    const user = scheme.toLowerCase() === 'bearer' ? this.authenticateToken(token) : undefined;
    if (user) return user;
    if (this.#options.open) return ADMIN;
    throw unauthorized();
  }

  /** Who holds a token. */
  authenticateToken(token: string): UserInfo | undefined {
    const given = hash(token);
    // Hashes are compared so that time says nothing about the tokens or their lengths.
    const known = this.#tokens.find((candidate) => timingSafeEqual(candidate.hash, given));
    return known?.user ?? this.#serviceAccount(token);
  }

  #serviceAccount(token: string): UserInfo | undefined {
    const claims = verifyToken(token, this.#options.tokenSecret, this.#options.now());
    return claims && serviceAccountUser(claims.sub, claims.uid);
  }
}

function serviceAccountUser(name: string, uid: string | undefined): UserInfo {
  const [, , namespace = ''] = name.split(':');
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { name, groups, ...(uid === undefined ? {} : { uid }) };
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/**
 * The user whom a request wants to act as, or the user who makes it.
 *
 * @throws StatusError 400 for groups without a user, 403 where impersonation is not allowed.
 */
export function impersonate(user: UserInfo, headers: IncomingHttpHeaders, authorizer: Authorizer): UserInfo {
  const name = headers['impersonate-user'] as string | undefined;
  const groups = listHeader(headers, 'impersonate-group');
  const uid = headers['impersonate-uid'] as string | undefined;
  const extra = extraHeaders(headers);
  if (name === undefined || name === '') {
    if (groups.length > 0 || uid !== undefined || extra !== undefined) {
      const requested = groups.map((group) => `{Group  ${group}    }`).join(' ');
      throw badRequest(`requested [${requested}] without impersonating a user`);
    }
    return user;
  }
  assertMay(user, authorizer, name, groups);
  const target =
    name.startsWith('system:serviceaccount:') && groups.length === 0
      ? serviceAccountUser(name, uid)
      : undefined;
  const all =
    target?.groups ??
    (groups.includes('system:authenticated') ? groups : [...groups, 'system:authenticated']);
  return { name, groups: all, ...(uid === undefined ? {} : { uid }), ...(extra ? { extra } : {}) };
}

function assertMay(user: UserInfo, authorizer: Authorizer, name: string, groups: readonly string[]): void {
  const [, , namespace = '', account = ''] = name.split(':');
  const isAccount = name.startsWith('system:serviceaccount:');
  const targets = [
    isAccount
      ? { resource: 'serviceaccounts', namespace, name: account }
      : { resource: 'users', namespace: '', name },
    ...groups.map((group) => ({ resource: 'groups', namespace: '', name: group })),
  ];
  for (const target of targets) {
    if (authorizer.allows(user, { verb: 'impersonate', group: '', ...target })) continue;
    throw impersonationDenied(user, target);
  }
}

function impersonationDenied(
  user: UserInfo,
  { resource, namespace, name }: { resource: string; namespace: string; name: string },
): StatusError {
  const where = namespace === '' ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const why = `User "${user.name}" cannot impersonate resource "${resource}" in API group "" ${where}`;
  return forbidden({ group: '', resource }, name, why);
}

/** A header that may be sent several times. */
function listHeader(headers: IncomingHttpHeaders, name: string): string[] {
  const value = headers[name];
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : value.split(','))
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function extraHeaders(headers: IncomingHttpHeaders): Record<string, string[]> | undefined {
  const names = Object.keys(headers).filter((name) => name.startsWith('impersonate-extra-'));
  if (names.length === 0) return undefined;
  return Object.fromEntries(
    names.map((name) => [
      decodeURIComponent(name.slice('impersonate-extra-'.length)),
      listHeader(headers, name),
    ]),
  );
}
