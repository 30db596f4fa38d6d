import { isRecord } from '@gitops-toolkit/core';

import { badPolicy } from '../read.ts';
import type { NotationCheck } from './options.ts';

export type Action = 'enforce' | 'log' | 'skip';
export type Actions = Readonly<Record<NotationCheck, Action>>;

/** One statement of a trust policy. */
export interface PolicyStatement {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly level: string;
  readonly actions: Actions;
  /** As `ca:name`. */
  readonly trustStores: readonly string[];
  readonly trustedIdentities: readonly string[];
}

const all = (authenticity: Action, timestamp: Action, expiry: Action, revocation: Action): Actions => ({
  integrity: 'enforce',
  authenticity,
  authenticTimestamp: timestamp,
  expiry,
  revocation,
});

/** Notation's trust-store-trust-policy, "signature verification details". */
const LEVELS: Readonly<Record<string, Actions>> = {
  strict: all('enforce', 'enforce', 'enforce', 'enforce'),
  permissive: all('enforce', 'log', 'log', 'log'),
  audit: all('log', 'log', 'log', 'log'),
  skip: {
    integrity: 'skip',
    authenticity: 'skip',
    authenticTimestamp: 'skip',
    expiry: 'skip',
    revocation: 'skip',
  },
};

/** The statement for a repository: the one that names it, else the one for `*`. */
export function selectStatement(policy: unknown, reference: string): PolicyStatement {
  const repository = repositoryOf(reference);
  const statements = parsePolicy(policy);
  const found =
    statements.find(({ scopes }) => scopes.includes(repository)) ??
    statements.find(({ scopes }) => scopes.includes('*'));
  if (!found) throw badPolicy(`No statement of the trust policy has ${repository} in its scopes`);
  return found;
}

/** Without tag and digest; a colon of the host's port stays. */
function repositoryOf(reference: string): string {
  const [withTag = ''] = reference.split('@');
  const slash = withTag.lastIndexOf('/');
  const colon = withTag.indexOf(':', slash);
  return colon > slash && slash > 0 ? withTag.slice(0, colon) : withTag;
}

/** Checks all of a policy, also the statements that do not apply. */
export function parsePolicy(given: unknown): readonly PolicyStatement[] {
  const policy = typeof given === 'string' || given instanceof Uint8Array ? fromText(given) : given;
  if (!isRecord(policy) || policy['version'] !== '1.0')
    throw badPolicy('The trust policy is none of version 1.0');
  const list = policy['trustPolicies'];
  if (!Array.isArray(list) || list.length === 0) throw badPolicy('The trust policy has no trustPolicies');
  const statements = list.map(parseStatement);
  unique(
    statements.map(({ name }) => name),
    'name',
  );
  unique(
    statements.flatMap(({ scopes }) => scopes),
    'scope',
  );
  return statements;
}

function fromText(text: string | Uint8Array): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
  } catch (error) {
    throw badPolicy('The trust policy is no JSON', error);
  }
}

function parseStatement(value: unknown): PolicyStatement {
  if (!isRecord(value) || typeof value['name'] !== 'string' || value['name'] === '')
    throw badPolicy('A trust policy has no name');
  const { name, signatureVerification: verification } = value;
  const level = isRecord(verification) ? verification['level'] : undefined;
  const base = typeof level === 'string' && Object.hasOwn(LEVELS, level) ? LEVELS[level] : undefined;
  if (!base || typeof level !== 'string')
    throw badPolicy(`The trust policy ${name} has no level of verification that is known`);
  const scopes = strings(value['registryScopes'], `registryScopes of ${name}`);
  if (scopes.length === 0) throw badPolicy(`The trust policy ${name} has no registryScopes`);
  if (scopes.length > 1 && scopes.includes('*'))
    throw badPolicy(`The trust policy ${name} has * beside other registryScopes`);
  const trustStores = strings(value['trustStores'] ?? [], `trustStores of ${name}`);
  const trustedIdentities = strings(value['trustedIdentities'] ?? [], `trustedIdentities of ${name}`);
  if (level !== 'skip') checkTrust(name, trustStores, trustedIdentities);
  else if (trustStores.length + trustedIdentities.length > 0)
    throw badPolicy(`The trust policy ${name} skips verification and yet has trust stores or identities`);
  return {
    name,
    scopes,
    level,
    trustStores,
    trustedIdentities,
    actions: overridden(name, level, base, isRecord(verification) ? verification['override'] : undefined),
  };
}

function checkTrust(name: string, stores: readonly string[], identities: readonly string[]): void {
  if (stores.length === 0 || identities.length === 0)
    throw badPolicy(`The trust policy ${name} has no trustStores or no trustedIdentities`);
  for (const store of stores) {
    if (!/^(ca|signingAuthority|tsa):[A-Za-z0-9_.-]+$/.test(store))
      throw badPolicy(`The trust policy ${name} has a trust store ${store}`);
  }
  if (identities.length > 1 && identities.includes('*'))
    throw badPolicy(`The trust policy ${name} has * beside other trustedIdentities`);
  for (const identity of identities) {
    if (identity !== '*' && !identity.startsWith('x509.subject:'))
      throw badPolicy(`The trust policy ${name} has an identity that is no x509.subject`);
  }
}

/** Integrity cannot be overridden, and of authenticity nothing can be skipped. */
function overridden(name: string, level: string, base: Actions, override: unknown): Actions {
  if (override === undefined || override === null) return base;
  if (!isRecord(override) || level === 'skip')
    throw badPolicy(`The trust policy ${name} has an override that is not allowed`);
  const actions = { ...base };
  for (const [check, action] of Object.entries(override)) {
    const isKnown =
      check === 'authenticity' ||
      check === 'authenticTimestamp' ||
      check === 'expiry' ||
      check === 'revocation';
    const isAction =
      action === 'enforce' || action === 'log' || (action === 'skip' && check === 'revocation');
    if (!isKnown || !isAction)
      throw badPolicy(`The trust policy ${name} cannot override ${check} with ${String(action)}`);
    actions[check] = action;
  }
  return actions;
}

function strings(value: unknown, what: string): readonly string[] {
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string'))
    throw badPolicy(`The ${what} is no list of strings`);
  return value;
}

function unique(values: readonly string[], what: string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw badPolicy(`Two statements of the trust policy have the ${what} ${twice}`);
}
