import { errorMessage, getOwn, isRecord } from '@gitops-toolkit/core';
import type { ClusterConfig } from '../cluster-config.ts';
import { KubeError } from '../errors.ts';
import { type Entry, textOf } from './model.ts';

/** What a plugin adds to a request. */
interface Credentials {
  readonly token: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

type Ask = () => Promise<Credentials>;

/**
 * Credentials of a user with a command (`exec`) or an auth provider (OIDC, clouds), by
 * `@kubernetes/client-node`: loading it costs a third of a second, so only who needs it does.
 * Both tokens and certificates are asked for again when they expire and after a 401.
 */
export async function pluginCredentials(user: Entry, cluster: Entry): Promise<Partial<ClusterConfig>> {
  let ask = await createPlugin(user, cluster);
  const first = await ask();
  const askAgain = async (refresh = false): Promise<Credentials> => {
    // A plugin keeps what it gave until that expires, refused or not: a new one has nothing to keep.
    if (refresh) ask = await createPlugin(user, cluster);
    return ask();
  };
  if (first.token === undefined) {
    if (first.cert === undefined || first.key === undefined) return {};
    return {
      cert: first.cert,
      key: first.key,
      clientCertificate: async ({ refresh } = {}) => {
        const { cert, key } = await askAgain(refresh);
        if (cert === undefined || key === undefined) throw gaveNo('certificate');
        return { cert, key };
      },
    };
  }
  return {
    token: async ({ refresh } = {}) => {
      const { token } = await askAgain(refresh);
      if (token === undefined) throw gaveNo('token');
      return token;
    },
  };
}

function gaveNo(what: string): KubeError {
  return new KubeError('KUBE_CREDENTIALS', `the plugin gave no ${what}`, { retry: 'backoff' });
}

async function createPlugin(user: Entry, cluster: Entry): Promise<Ask> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  const provider = getOwn(user.value, 'auth-provider');
  const exec = getOwn(user.value, 'exec');
  config.loadFromOptions({
    clusters: [{ name: 'cluster', server: textOf(cluster.value, 'server') ?? '', skipTLSVerify: false }],
    users: [
      {
        name: 'user',
        ...(isRecord(exec) && { exec: withExecInfo(exec, cluster) }),
        ...(isRecord(provider) && { authProvider: provider }),
      },
    ],
    contexts: [{ name: 'context', cluster: 'cluster', user: 'user' }],
    currentContext: 'context',
  });
  return async () => {
    const options: { headers?: Record<string, unknown>; cert?: unknown; key?: unknown } = {};
    try {
      await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
    } catch (cause) {
      throw new KubeError(
        'KUBE_CREDENTIALS',
        `the plugin of the kubeconfig failed: ${errorMessage(cause).trim()}`,
        {
          cause,
          retry: 'backoff',
          hint: 'Run the command of the kubeconfig by hand: is it installed, and are you logged in?',
        },
      );
    }
    return {
      token: bearer(options.headers?.['Authorization']),
      cert: pem(options.cert),
      key: pem(options.key),
    };
  };
}

/** What kubectl tells a command about itself; some refuse to work without. */
function withExecInfo(exec: Record<string, unknown>, cluster: Entry): Record<string, unknown> {
  const server = textOf(cluster.value, 'server');
  const info = {
    apiVersion: textOf(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec['provideClusterInfo'] === true && { cluster: { server } }) },
  };
  const env: unknown = exec['env'];
  const given: unknown[] = Array.isArray(env) ? env : [];
  return { ...exec, env: [{ name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }, ...given] };
}

function bearer(header: unknown): string | undefined {
  return typeof header === 'string' && header.startsWith('Bearer ') ? header.slice(7) : undefined;
}

function pem(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
}
