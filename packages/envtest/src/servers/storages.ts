import { findProgram } from './find-program.ts';
import { type RunningProgram, startProgram } from './start-program.ts';

/** A storage that runs, and what it is got into with. */
export interface RunningStorage extends RunningProgram {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
}

/**
 * Starts gofakes3, an S3 server in memory that looks at no signature; `undefined` where it is not installed.
 *
 * @param bucket is there from the start
 */
export function startGofakes3(bucket?: string): Promise<RunningStorage | undefined> {
  return startStorage('gofakes3', ({ port }) => [
    '-backend',
    'memory',
    '-host',
    `127.0.0.1:${port}`,
    ...(bucket === undefined ? [] : ['-initialbucket', bucket]),
  ]);
}

/**
 * Starts s3rver, an S3 server with one bucket, `bucket`, whose key and secret is `S3RVER`. `undefined` where it is
 * not installed.
 */
export function startS3rver(): Promise<RunningStorage | undefined> {
  return startStorage('s3rver', ({ port, folder }) => [
    '-d',
    folder,
    '-a',
    '127.0.0.1',
    '-p',
    String(port),
    '--configure-bucket',
    'bucket',
    '--silent',
  ]);
}

/** Starts moto, which stands in for S3, STS and other services of AWS; `undefined` where it is not installed. */
export function startMoto(): Promise<RunningStorage | undefined> {
  return startStorage('moto_server', ({ port }) => ['-H', '127.0.0.1', '-p', String(port)]);
}

/** The account of {@link startAzurite}, which is the same everywhere. */
export const AZURITE_ACCOUNT = {
  name: 'devstoreaccount1',
  key: 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==',
} as const;

/** Starts Azurite, which stands in for Azure Blob Storage; `undefined` where it is not installed. */
export function startAzurite(): Promise<RunningStorage | undefined> {
  return startStorage('azurite-blob', ({ port }) => [
    '--blobHost',
    '127.0.0.1',
    '--blobPort',
    String(port),
    '--inMemoryPersistence',
    '--silent',
    '--skipApiVersionCheck',
  ]);
}

/** Starts a stand-in for Google Cloud Storage that asks for no login; `undefined` where it is not installed: it takes minutes to build. */
export function startFakeGcs(): Promise<RunningStorage | undefined> {
  return startStorage(
    'fake-gcs-server',
    ({ port }) => ['-scheme', 'http', '-host', '127.0.0.1', '-port', String(port), '-backend', 'memory'],
    { optional: true },
  );
}

async function startStorage(
  name: string,
  args: (server: { readonly port: number; readonly folder: string }) => readonly string[],
  options: { readonly optional?: boolean } = {},
): Promise<RunningStorage | undefined> {
  const path = findProgram(name, options);
  if (path === undefined) return undefined;
  const program = await startProgram({ name, path, args });
  return { ...program, url: `http://127.0.0.1:${program.port}` };
}
