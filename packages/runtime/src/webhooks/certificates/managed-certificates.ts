import type { Logger } from '@gitops-toolkit/core';
import { isAlreadyExists, isConflict, type KubeClient } from '@gitops-toolkit/kube';

import { RuntimeError } from '../../errors.ts';
import { readSecret, type SecretName, writeSecret } from './certificate-secret.ts';
import type { CertificateSource } from './certificate-source.ts';
import { injectBundle, type InjectionTarget } from './inject.ts';
import { type HeldCertificates, renewed } from './renew.ts';
import { repeat } from './repeat.ts';

/** Certificates that a program makes for itself. */
export interface ManagedCertificatesOptions {
  readonly client: KubeClient;
  /** Where they are kept for all replicas. Its namespace must be there. */
  readonly secret: SecretName;
  /** What the server calls the webhooks by: `<service>.<namespace>.svc`, or a host or address of a URL. */
  readonly hosts: readonly string[];
  /** Whom to tell which authority to trust. What is not there yet is told once it is. @default nobody */
  readonly inject?: readonly InjectionTarget[];
  /** @default 10 years */
  readonly authorityLifeMs?: number;
  /** @default 1 year */
  readonly servingLifeMs?: number;
  /** How often Secret and targets are looked at. @default 10 000 */
  readonly refreshMs?: number;
}

const YEAR_MS = 365 * 24 * 3_600_000;
const ATTEMPTS = 10;

/**
 * Makes an authority and a certificate, keeps them in a Secret that all replicas share, and renews them after two thirds
 * of their life. Both the old authority and the new one are trusted meanwhile.
 *
 * The program needs to `get`, `create` and `update` the Secret, and to `get` and `patch` what is injected into.
 *
 * @example
 * ```ts no-run
 * import { KubeClient, loadKubeconfig } from '@gitops-toolkit/kube';
 * import { managedCertificates } from '@gitops-toolkit/runtime/webhooks';
 *
 * export const certificates = managedCertificates({
 *   client: new KubeClient(await loadKubeconfig()),
 *   secret: { namespace: 'web', name: 'site-webhooks' },
 *   hosts: ['site-webhooks.web.svc'],
 *   inject: [{ kind: 'ValidatingWebhookConfiguration', name: 'sites' }],
 * });
 * ```
 */
export function managedCertificates(options: ManagedCertificatesOptions): CertificateSource {
  return {
    async open({ clock, logger, onChange, onRead }) {
      const log = logger.with({ secret: options.secret });
      const look = async (signal: AbortSignal): Promise<HeldCertificates> => {
        try {
          const held = await hold(options, clock.now(), log, signal);
          onRead(true);
          await injectAll(options, held, log, signal);
          return held;
        } catch (error) {
          onRead(false);
          throw error;
        }
      };
      let latest = await look(new AbortController().signal);
      const pair = latest.serving;
      const refresh = async (signal: AbortSignal): Promise<void> => {
        const found = await look(signal);
        const isNew = found.serving.cert !== latest.serving.cert;
        latest = found;
        if (isNew) onChange(found.serving);
      };
      const what = 'renewing the certificates';
      const refreshing = repeat(refresh, { everyMs: options.refreshMs ?? 10_000, clock, logger: log, what });
      return { pair, [Symbol.asyncDispose]: () => refreshing[Symbol.asyncDispose]() };
    },
  };
}

/** Reads the Secret, and writes it where something is due. Another replica may do so at the same time: what it wrote counts. */
async function hold(
  options: ManagedCertificatesOptions,
  now: number,
  log: Logger,
  signal: AbortSignal,
): Promise<HeldCertificates> {
  const { authorityLifeMs = 10 * YEAR_MS, client, hosts, secret: name, servingLifeMs = YEAR_MS } = options;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const secret = await client.find({ apiVersion: 'v1', kind: 'Secret', ...name }, { signal });
    const held = secret && readSecret(secret);
    const wanted = renewed(held, { hosts, now, authorityLifeMs, servingLifeMs });
    if (wanted === held) return held;
    try {
      const object = writeSecret(name, wanted, secret?.metadata.resourceVersion);
      await (secret ? client.update(object, { signal }) : client.create(object, { signal }));
      log.info('made new certificates', { hosts });
      return wanted;
    } catch (error) {
      if (!isConflict(error) && !isAlreadyExists(error)) throw error;
    }
  }
  const message = `others write Secret/${name.namespace}/${name.name} all the time`;
  throw new RuntimeError('RUNTIME_CERTIFICATE_INVALID', message, { retry: 'backoff' });
}

/** Tells all targets; one that cannot be told does not keep the others from it. */
async function injectAll(
  { client, inject = [] }: ManagedCertificatesOptions,
  held: HeldCertificates,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (const target of inject) {
    try {
      const isThere = await injectBundle(client, target, held.authorities.join(''), signal);
      if (!isThere) log.debug('a target of injection is not there yet', { target });
    } catch (error) {
      if (signal.aborted) throw error;
      log.error('the authority was not injected', { target, error });
    }
  }
}
