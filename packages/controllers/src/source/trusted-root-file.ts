import { readFile } from 'node:fs/promises';
import { ControllersError } from '../errors.ts';

/**
 * The Sigstore root in a file, for the option `trustedRoot` of the controllers. It is read at once, so that a program ends at its start where
 * the file cannot be used, and anew for each verification, since a root is replaced from time to time.
 *
 * @param path of a `trusted_root.json`, as the flag `--sigstore-trusted-root` names it
 * @returns `undefined` for the empty path
 * @throws ControllersError `CONTROLLERS_TRUSTED_ROOT_INVALID`; also what is returned, later
 */
export async function trustedRootFile(path: string): Promise<(() => Promise<unknown>) | undefined> {
  if (path === '') return undefined;
  await readTrustedRoot(path);
  return () => readTrustedRoot(path);
}

async function readTrustedRoot(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw invalid(path, 'cannot be read', 'The flag --sigstore-trusted-root is the path of a file.', cause);
  });
  const { checkTrustedRoot } = await import('@gitops-toolkit/oci/verify');
  await checkTrustedRoot(text).catch((cause: unknown) => {
    const hint =
      "It is a trusted_root.json, such as 'cosign trusted-root create' or the TUF repository of a Sigstore has.";
    throw invalid(path, 'is none', hint, cause);
  });
  return text;
}

function invalid(path: string, what: string, hint: string, cause: unknown): ControllersError {
  return new ControllersError('CONTROLLERS_TRUSTED_ROOT_INVALID', `the trusted root ${path} ${what}`, {
    hint,
    cause,
    // Whoever replaces the file may be in the middle of it.
    retry: 'backoff',
  });
}
