import { EnvtestError } from '../../errors.ts';
import { seededNumbers } from '../../faults/seeded-numbers.ts';
import { TCP_FAULT_KINDS, type TcpFault, type TcpFaultKind, type TcpFaultRule } from './tcp-fault.ts';

/** What faults by chance are made from. */
export interface SeededTcpFaultsOptions {
  /** The same seed does the same to the connection of the same number. A whole number. */
  readonly seed: number;
  /** The share of connections that something happens to, from 0 to 1. @default 0.5 */
  readonly rate?: number;
  /** What may happen. @default {@link TCP_FAULT_KINDS} */
  readonly kinds?: readonly TcpFaultKind[];
  /** Whose bytes are meant. @default 'server' */
  readonly sender?: 'client' | 'server';
  /** The most bytes that come before a connection is cut, reset or stalls. @default 20 000 */
  readonly maxBytes?: number;
  /** The longest wait for a piece, in milliseconds. @default 20 */
  readonly maxDelayMs?: number;
}

/**
 * Chooses a fault for each connection from a seed.
 *
 * @throws EnvtestError `ENVTEST_OPTION_INVALID` for a seed or a rate that cannot be.
 */
export function seededTcpFaults(options: SeededTcpFaultsOptions): TcpFaultRule {
  const { seed, rate = 0.5, kinds = TCP_FAULT_KINDS } = options;
  if (!Number.isSafeInteger(seed) || !(rate >= 0 && rate <= 1)) {
    throw new EnvtestError(
      'ENVTEST_OPTION_INVALID',
      `the seed ${seed} is not a whole number, or the rate ${rate} not between 0 and 1`,
    );
  }
  return (connection) => {
    const numbers = seededNumbers(seed, `connection ${connection}`);
    const isMeant = numbers() < rate;
    const kind = kinds[Math.floor(numbers() * kinds.length)];
    if (!isMeant || kind === undefined) return undefined;
    const { sender } = options;
    return { ...faultOf(kind, numbers, options), ...(sender && { sender }) };
  };
}

function faultOf(kind: TcpFaultKind, numbers: () => number, options: SeededTcpFaultsOptions): TcpFault {
  const { maxBytes = 20_000, maxDelayMs = 20 } = options;
  // As often within the first hundred bytes, where protocols greet each other, as within the last thousands.
  const bytes = Math.floor((maxBytes + 1) ** numbers()) - 1;
  const delayMs = Math.ceil(numbers() * maxDelayMs);
  switch (kind) {
    case 'latency':
      return { kind, delayMs };
    case 'slicer':
      // Pieces of a few bytes, as many as fit between packets; larger ones make no difference to a reader.
      return { kind, bytes: 1 + Math.floor(numbers() * 500) };
    default:
      return { kind, bytes };
  }
}
