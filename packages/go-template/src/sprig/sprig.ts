import { platformCertificates } from '#certificates';
import type { CertificateMaker } from '../certificates/authority.ts';
import { jsonFunctions } from '../json/json-functions.ts';
import type { FunctionMap } from '../value/function-map.ts';
import { aesFunctions } from './aes.ts';
import { certificateFunctions } from './certificates.ts';
import { dateFunctions, type DateOptions } from './dates.ts';
import { defaultFunctions } from './defaults.ts';
import { dictFunctions } from './dicts.ts';
import { encodingFunctions } from './encodings.ts';
import { environmentFunctions } from './environment.ts';
import { hashFunctions } from './hashes.ts';
import { listFunctions } from './lists.ts';
import { mathFunctions } from './math.ts';
import { pathFunctions } from './paths.ts';
import { networkFunctions, type HostLookup } from './network.ts';
import { passwordFunctions } from './passwords.ts';
import { platformRandom, type RandomSource } from './random-source.ts';
import { randomFunctions } from './random.ts';
import { reflectionFunctions } from './reflection.ts';
import { regexFunctions } from './regular-expressions.ts';
import { stringFunctions } from './strings.ts';
import { urlFunctions } from './urls.ts';
import { versionFunctions } from './versions.ts';

/** What functions have of the machine, and not of their arguments. */
export type ChanceSource = 'clock' | 'randomness' | 'keys';

/** What sprig's functions ask of their surroundings. */
export interface SprigOptions extends DateOptions {
  /** @default that of the platform */
  readonly random?: RandomSource;
  /** Told of each use of chance that was not given as an option: what makes each execution another. */
  readonly onChance?: (source: ChanceSource) => void;
  /** Makes keys and certificates. @default by `node:crypto`; none in browsers */
  readonly certificates?: CertificateMaker;
  /** The addresses of a host, for `getHostByName`. @default none */
  readonly lookupHost?: HostLookup;
  /** The environment that `env` and `expandenv` read. @default empty */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** The functions of sprig v3. */
export function sprigFunctions(options: SprigOptions = {}): FunctionMap {
  const { onChance = () => {} } = options;
  const random =
    options.random ??
    ((count: number) => {
      onChance('randomness');
      return platformRandom(count);
    });
  const now =
    options.now ??
    (() => {
      onChance('clock');
      return Date.now();
    });
  const certificates = () => options.certificates ?? platformCertificates();
  const onKey = () => (options.certificates ? undefined : onChance('keys'));
  return {
    ...stringFunctions,
    ...mathFunctions,
    ...listFunctions,
    ...dictFunctions,
    ...defaultFunctions,
    ...reflectionFunctions,
    ...jsonFunctions,
    ...regexFunctions,
    ...pathFunctions,
    ...encodingFunctions,
    ...hashFunctions,
    ...versionFunctions,
    ...urlFunctions,
    ...dateFunctions({ ...options, now }),
    ...randomFunctions(random),
    ...passwordFunctions(random),
    ...aesFunctions(random),
    ...certificateFunctions({ certificates, random, now, onKey }),
    ...networkFunctions(options.lookupHost),
    ...environmentFunctions(options.environment ?? {}),
  };
}
