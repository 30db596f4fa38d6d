import type { Clock, Logger } from '@gitops-toolkit/core';

import type { FaultRule } from '../faults/fault.ts';
import type { RuleEvaluator } from './crd/rule-evaluator.ts';

/** A user that the server knows by a bearer token. */
export interface TokenUser {
  readonly token: string;
  readonly name: string;
  readonly uid?: string;
  readonly groups?: readonly string[];
}

/** How the simulated controllers behave. */
export interface SimulationOptions {
  /** Time that each step of a workload takes (a Pod starts, a Job ends), in milliseconds. @default 0 */
  readonly delayMs?: number;
  /** Names of the Nodes that Pods are bound to. @default ['node-1'] */
  readonly nodes?: readonly string[];
}

/** How to start the embedded server. */
export interface EmbeddedOptions {
  /** The address to listen on. Anything but loopback exposes the server to the network. @default '127.0.0.1' */
  readonly host?: string;
  /** @default a free port */
  readonly port?: number;
  /**
   * Whether to speak HTTPS with a certificate made for this server alone. `kubectl` sends tokens
   * over HTTPS only. @default true
   */
  readonly tls?: boolean;
  /** Whether to listen at all. Without, `server.transport` is the only way in. @default true */
  readonly listen?: boolean;
  /** The administrator's bearer token; `false` lets everybody in as administrator. @default a random one */
  readonly token?: string | false;
  /** More users. What they may do is decided by `authorization`. */
  readonly users?: readonly TokenUser[];
  /**
   * `allow`: who is known may do everything. `rbac`: roles and bindings decide, and members of
   * `system:masters` may do everything. @default 'allow'
   */
  readonly authorization?: 'allow' | 'rbac';
  /**
   * Whether namespaces are filled and emptied and garbage is collected. Without them the server behaves
   * as a real API server on its own does. @default true
   */
  readonly controllers?: boolean;
  /** Whether simulated controllers bring workloads to life. @default true */
  readonly simulate?: boolean | SimulationOptions;
  /** Asked for each request whether something is to go wrong with it. Controllers within the server are spared. */
  readonly faults?: FaultRule;
  /** Evaluates the CEL rules of custom resources; without it they have no effect. */
  readonly rules?: RuleEvaluator;
  /** Hears of failures in the server itself: of its controllers, and of requests that it answers with 500. @default a logger that says nothing */
  readonly logger?: Logger;
  /** Who signs the tokens of ServiceAccounts. @default 'https://kubernetes.default.svc' */
  readonly serviceAccountIssuer?: string;
  /** The Kubernetes version that `/version` reports. @default 'v1.35.4' */
  readonly version?: string;
  /** Events kept for watches and paged lists per kind of object; older ones answer 410. @default 10000 */
  readonly historyLimit?: number;
  /** Bytes that may wait for a slow watcher before its connection is ended. @default 16 MiB */
  readonly watchBufferLimit?: number;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Numbers in [0, 1) for generated names. @default Math.random */
  readonly random?: () => number;
  /** @default crypto.randomUUID */
  readonly newUid?: () => string;
  /** Looked at while starting only. */
  readonly signal?: AbortSignal;
}
