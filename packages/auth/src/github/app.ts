import { createHash } from 'node:crypto';
import { ask, askJson, malformed, textIn } from '../ask.ts';
import { misconfigured } from '../errors.ts';
import type { GitCredentials } from '../git-credentials.ts';
import type { IdentityOptions } from '../identity-options.ts';
import { rsaPrivateKey, signJwt } from '../jwt.ts';

const API = 'https://api.github.com';
const HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };

/** A GitHub App that is installed somewhere: by the installation's id or its owner, one of both. */
export interface GitHubApp {
  readonly appId: string;
  readonly installationId?: string;
  readonly installationOwner?: string;
  /** In PEM. */
  readonly privateKey: string;
  /** Of GitHub Enterprise Server; `/api/v3` may be left out. @default 'https://api.github.com' */
  readonly baseUrl?: string;
}

/**
 * Reads an app from a Secret with Flux's keys: `githubAppID`, `githubAppPrivateKey`, `githubAppInstallationID` or
 * `githubAppInstallationOwner`, `githubAppBaseURL`.
 *
 * @throws AUTH_CONFIGURATION_INVALID
 */
export function gitHubAppOf(data: Readonly<Record<string, string>>): GitHubApp {
  const appId = required(data, 'githubAppID');
  const privateKey = required(data, 'githubAppPrivateKey');
  const [installationId, installationOwner, baseUrl] = [
    data['githubAppInstallationID'],
    data['githubAppInstallationOwner'],
    data['githubAppBaseURL'],
  ];
  if (Boolean(installationId) === Boolean(installationOwner))
    throw misconfigured('one of githubAppInstallationID and githubAppInstallationOwner must be given');
  for (const id of [appId, installationId])
    if (id && !/^\d{1,19}$/.test(id)) throw misconfigured('the ids of a GitHub App are numbers');
  return {
    appId,
    privateKey,
    ...(installationId ? { installationId } : {}),
    ...(installationOwner ? { installationOwner } : {}),
    ...(baseUrl ? { baseUrl } : {}),
  };
}

/** The user name and password that an installation's repositories are read with: a token of an hour. */
export function gitHubAppCredentials(app: GitHubApp, options: IdentityOptions): Promise<GitCredentials> {
  const { cache, involved, signal } = options;
  const fetch = async (): Promise<GitCredentials & { readonly username: string }> =>
    installationToken(app, options);
  if (!cache) return fetch();
  const { appId, installationId = '', installationOwner = '', baseUrl = '', privateKey } = app;
  const key = createHash('sha256').update(privateKey).digest('hex');
  const parts = ['github', appId, installationId, installationOwner, baseUrl, key];
  return cache.get(parts.join('|'), fetch, { involved, signal });
}

async function installationToken(
  app: GitHubApp,
  options: IdentityOptions,
): Promise<GitCredentials & { readonly username: string }> {
  const api = apiUrl(app);
  const secretHeaders = { authorization: `Bearer ${appJwt(app, options)}` };
  const id = app.installationId ?? (await findInstallation(app, api, secretHeaders, options));
  const url = `${api}/app/installations/${id}/access_tokens`;
  const answer = await askJson(options, { url, method: 'POST', headers: HEADERS, secretHeaders });
  const expiresAtMs = Date.parse(textIn(answer, 'expires_at', url));
  if (Number.isNaN(expiresAtMs)) throw malformed(url, 'a time that cannot be read');
  return { username: 'x-access-token', password: textIn(answer, 'token', url), expiresAtMs };
}

/** Says who is asking; back-dated, since clocks differ. */
function appJwt({ appId, privateKey }: GitHubApp, options: IdentityOptions): string {
  const now = Math.floor((options.clock?.now() ?? Date.now()) / 1000);
  const claims = { iat: now - 30, exp: now + 90, iss: appId };
  return signJwt(claims, rsaPrivateKey(privateKey, 'githubAppPrivateKey'));
}

/** The installation at an owner, whatever the case of its name. */
async function findInstallation(
  { installationOwner = '' }: GitHubApp,
  api: string,
  secretHeaders: Readonly<Record<string, string>>,
  options: IdentityOptions,
): Promise<string> {
  for (let page = 1; page <= MAX_PAGES; page++) {
    const url = `${api}/app/installations?per_page=100&page=${page}`;
    const answer: unknown = JSON.parse(await ask(options, { url, headers: HEADERS, secretHeaders }));
    if (!Array.isArray(answer)) throw malformed(url, 'no list of installations');
    for (const { id, account } of answer as { id?: number; account?: { login?: string } }[]) {
      const isOwner = account?.login?.toLowerCase() === installationOwner.toLowerCase();
      if (isOwner && Number.isSafeInteger(id)) return String(id);
    }
    if (answer.length < 100) break;
  }
  throw misconfigured(
    `the GitHub App is not installed at ${JSON.stringify(installationOwner)}`,
    'Install it there, or give githubAppInstallationID.',
  );
}

const MAX_PAGES = 50;

function apiUrl({ baseUrl = API }: GitHubApp): string {
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol))
    throw misconfigured('githubAppBaseURL is no URL');
  const url = new URL(baseUrl);
  const path = url.pathname.replace(/\/+$/, '');
  const isApi = url.host.startsWith('api.') || url.host.includes('.api.') || path.endsWith('/api/v3');
  return `${url.origin}${path}${isApi ? '' : '/api/v3'}`;
}

function required(data: Readonly<Record<string, string>>, key: string): string {
  const value = data[key];
  if (value) return value;
  throw misconfigured(`the Secret of the GitHub App has no ${key}`);
}
