import { OciError } from '../errors.ts';
import { DOCKER_HUB } from '../reference.ts';
import type { CredentialStore, RegistryCredentials } from './credential-store.ts';

/** Runs a credential helper, such as `docker-credential-ecr-login`: the packages of the toolkit start no programs. */
export type RunCredentialHelper = (
  helper: string,
  serverUrl: string,
  signal?: AbortSignal,
) => Promise<{ readonly Username: string; readonly Secret: string } | undefined>;

/** How a configuration of Docker is read. */
export interface DockerConfigOptions {
  /** Called for registries that `credHelpers` or `credsStore` names a helper for. @default such entries are an error */
  readonly runHelper?: RunCredentialHelper;
}

interface AuthEntry {
  readonly auth?: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

interface DockerConfig {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

/** The user name that says that the password is a refresh token. */
const TOKEN_USER = '<token>';

/**
 * The credentials in a `config.json` of Docker or a Secret of the type `kubernetes.io/dockerconfigjson`. Of several
 * entries that match, the one with the longest path wins; `*` stands for one label of a host, as for the kubelet.
 *
 * @throws {@link OciError} `OCI_CREDENTIALS_INVALID`, which repeats nothing of the text
 */
export function dockerConfigCredentials(json: string, options: DockerConfigOptions = {}): CredentialStore {
  const config = parse(json);
  const entries = Object.entries(config.auths ?? {}).map(([key, entry]) => ({ ...parseKey(key), entry }));
  entries.sort((a, b) => b.path.length - a.path.length);
  return async (registry, repository, signal) => {
    const helper = findHelper(config, registry);
    if (helper !== undefined) return askHelper(helper, registry, options, signal);
    const found = entries.find(
      ({ host, path }) =>
        matchesHost(host, registry) && (path === '' || `${repository}/`.startsWith(`${path}/`)),
    );
    return found && credentialsOf(found.entry);
  };
}

/** Asks several stores in turn. */
export function firstOf(...stores: readonly CredentialStore[]): CredentialStore {
  return async (registry, repository, signal) => {
    for (const store of stores) {
      const found = await store(registry, repository, signal);
      if (found) return found;
    }
    return undefined;
  };
}

function parse(json: string): DockerConfig {
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, without the text.
  }
  throw new OciError('OCI_CREDENTIALS_INVALID', 'the configuration of Docker is no JSON object', {
    hint: 'It looks like {"auths":{"ghcr.io":{"username":"…","password":"…"}}}.',
  });
}

/** `https://index.docker.io/v1/` and `ghcr.io/org` alike. */
function parseKey(key: string): { host: string; path: string } {
  const bare = key.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const slash = bare.indexOf('/');
  const host = slash === -1 ? bare : bare.slice(0, slash);
  const path = slash === -1 ? '' : bare.slice(slash + 1).replace(/^v[12](?:\/|$)/, '');
  return { host: host === 'docker.io' || host === 'registry-1.docker.io' ? DOCKER_HUB : host, path };
}

function matchesHost(pattern: string, host: string): boolean {
  if (!pattern.includes('*')) return pattern === host;
  const [wanted, given] = [pattern.split('.'), host.split('.')];
  if (wanted.length !== given.length) return false;
  return wanted.every((label, i) => {
    const pieces = label.split('*').map((piece) => piece.replaceAll(/[^\w-]/g, String.raw`\$&`));
    return new RegExp(`^${pieces.join('[^.]*')}$`).test(given[i] ?? '');
  });
}

function findHelper({ credHelpers, credsStore }: DockerConfig, registry: string): string | undefined {
  const own = credHelpers && Object.hasOwn(credHelpers, registry) ? credHelpers[registry] : undefined;
  return own ?? (credsStore === '' ? undefined : credsStore);
}

async function askHelper(
  helper: string,
  registry: string,
  { runHelper }: DockerConfigOptions,
  signal: AbortSignal | undefined,
): Promise<RegistryCredentials | undefined> {
  if (!runHelper) {
    throw new OciError(
      'OCI_CREDENTIALS_INVALID',
      `the credentials of ${registry} are kept by a helper program`,
      {
        hint: 'Give runHelper, or credentials in the configuration itself.',
      },
    );
  }
  const serverUrl = registry === DOCKER_HUB ? `https://${DOCKER_HUB}/v1/` : registry;
  const found = await runHelper(`docker-credential-${helper}`, serverUrl, signal);
  if (!found) return undefined;
  return found.Username === TOKEN_USER
    ? { identityToken: found.Secret }
    : { username: found.Username, password: found.Secret };
}

function credentialsOf(entry: AuthEntry): RegistryCredentials | undefined {
  const { auth, identitytoken, registrytoken } = entry;
  if (identitytoken) return { identityToken: identitytoken };
  if (registrytoken) return { registryToken: registrytoken };
  const { username, password } = auth ? decodeAuth(auth) : entry;
  return username || password ? { username: username ?? '', password: password ?? '' } : undefined;
}

function decodeAuth(auth: string): { username: string; password: string } {
  const text = Buffer.from(auth, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon === -1)
    throw new OciError(
      'OCI_CREDENTIALS_INVALID',
      'an auth of the configuration of Docker is no base64 of name:password',
    );
  return { username: text.slice(0, colon), password: text.slice(colon + 1).replace(/\0+$/, '') };
}
