import { type Clock, type KubeObject, type Logger, silentLogger, systemClock } from '@gitops-toolkit/core';

import { RuntimeError } from '../errors.ts';
import { MetricsRegistry } from '../metrics/metrics-registry.ts';
import type { ResourceKind } from '../resource-kind.ts';
import type { Mutator, Validator } from './admission-request.ts';
import type { AdmissionHandler } from './answer-admission.ts';
import type { CertificateSource } from './certificates/certificate-source.ts';
import type { Converter } from './conversion.ts';
import { WebhookListener } from './webhook-listener.ts';
import { webhookMetrics } from './webhook-metrics.ts';
import { webhookPath } from './webhook-paths.ts';

/** Where webhooks are served. */
export interface WebhooksOptions {
  /** 0 for any that is free. @default 9443 */
  readonly port?: number;
  /** @default every interface */
  readonly host?: string;
  readonly certificates: CertificateSource;
}

/** What webhooks work with where no manager gives it. */
export interface WebhooksEnvironment {
  readonly logger?: Logger;
  readonly clock?: Clock;
  readonly metrics?: MetricsRegistry;
}

/** Where the webhook of one kind is served. */
export interface WebhookOptions {
  /** @default `/validate-<group>-<version>-<kind>` or `/mutate-…`, with dashes for dots and in lower case */
  readonly path?: string;
}

/**
 * A server that the API server asks: whether objects may be written, what is to be changed in them, and what they look
 * like in another version.
 */
export class Webhooks implements AsyncDisposable {
  readonly #options: WebhooksOptions;
  readonly #handlers = new Map<string, AdmissionHandler>();
  readonly #converters = new Map<string, Converter>();
  #listener: WebhookListener | undefined;

  constructor(options: WebhooksOptions) {
    this.#options = options;
  }

  /** Lets `handle` look at objects of a kind that are written. @throws RuntimeError RUNTIME_WEBHOOK_PATH_TAKEN */
  validate<T extends KubeObject>(
    kind: ResourceKind<T>,
    handle: Validator<T>,
    options: WebhookOptions = {},
  ): this {
    return this.#add(options.path ?? webhookPath('validate', kind), {
      mutates: false,
      handle: handle as Validator,
    });
  }

  /** Lets `handle` change objects of a kind that are written. @throws RuntimeError RUNTIME_WEBHOOK_PATH_TAKEN */
  mutate<T extends KubeObject>(
    kind: ResourceKind<T>,
    handle: Mutator<T>,
    options: WebhookOptions = {},
  ): this {
    return this.#add(options.path ?? webhookPath('mutate', kind), {
      mutates: true,
      handle: handle as Mutator,
    });
  }

  /** Converts objects of a kind between all of its versions, at `/convert`. @throws RuntimeError RUNTIME_WEBHOOK_PATH_TAKEN */
  convert({ group, kind }: Pick<ResourceKind, 'group' | 'kind'>, convert: Converter): this {
    const key = `${group}/${kind}`;
    if (this.#converters.has(key)) throw pathTaken(`a conversion of ${key}`);
    this.#converters.set(key, convert);
    return this;
  }

  /** Serves, until it is disposed. A manager does so for those that it is given. */
  async start(environment: WebhooksEnvironment = {}): Promise<void> {
    const { clock = systemClock, logger = silentLogger, metrics = new MetricsRegistry() } = environment;
    const { certificates, host, port = 9443 } = this.#options;
    const routes = {
      handlers: this.#handlers,
      converterOf: ({ group, kind }: { group: string; kind: string }) =>
        this.#converters.get(`${group}/${kind}`),
      clock,
      logger,
      metrics: webhookMetrics(metrics),
    };
    this.#listener = await WebhookListener.listen({ port, host, certificates }, routes);
    logger.info('serving webhooks', { port: this.port, paths: this.paths });
  }

  /** The paths of admission. */
  get paths(): readonly string[] {
    return [...this.#handlers.keys()];
  }

  /** The port that it listens on, once it does. */
  get port(): number {
    return this.#listener?.port ?? this.#options.port ?? 9443;
  }

  /** Rejects where no connection can be made: a check for `/readyz`. */
  async check(): Promise<void> {
    if (!this.#listener) throw new RuntimeError('RUNTIME_STOPPED', 'the webhooks are not served');
    await this.#listener.check();
  }

  /** Ends: requests under way are answered, new ones are not taken. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.[Symbol.asyncDispose]();
    this.#listener = undefined;
  }

  #add(path: string, handler: AdmissionHandler): this {
    if (this.#handlers.has(path)) throw pathTaken(`a webhook at ${path}`);
    this.#handlers.set(path, handler);
    return this;
  }
}

function pathTaken(what: string): RuntimeError {
  return new RuntimeError('RUNTIME_WEBHOOK_PATH_TAKEN', `there is ${what} already`);
}

/**
 * Puts webhooks together.
 *
 * @example
 * ```ts no-run
 * import { kindOf } from '@gitops-toolkit/runtime';
 * import { certificateFiles, deny, webhooks } from '@gitops-toolkit/runtime/webhooks';
 *
 * const certificates = certificateFiles({ cert: '/certs/tls.crt', key: '/certs/tls.key' });
 * export const hooks = webhooks({ port: 9443, certificates })
 *   .validate(kindOf('v1', 'Pod'), ({ object, user }) => {
 *     const isOwn = object.metadata.labels?.['owner'] === user.username;
 *     return isOwn ? undefined : deny('label pods with your name');
 *   });
 * ```
 */
export function webhooks(options: WebhooksOptions): Webhooks {
  return new Webhooks(options);
}
