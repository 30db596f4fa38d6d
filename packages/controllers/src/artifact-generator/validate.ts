import type { ArtifactGenerator } from '@gitops-toolkit/api';
import { ControllersError } from '../errors.ts';
import { ReconcileFailure } from '../reconcile-failure.ts';

/**
 * Refuses what the API server cannot see to be wrong.
 *
 * @throws ReconcileFailure `ValidationFailed` or `AccessDenied`, stalled
 */
export function validateSpec(
  object: ArtifactGenerator,
  rule: { readonly noCrossNamespaceRefs: boolean },
): void {
  const { sources, artifacts } = object.spec;
  const aliases = new Set<string>();
  for (const { alias, kind, name, namespace } of sources) {
    if (aliases.has(alias)) throw invalid(`duplicate source alias '${alias}' found`);
    aliases.add(alias);
    if (rule.noCrossNamespaceRefs && namespace && namespace !== object.metadata.namespace)
      throw refused(
        'AccessDenied',
        `cross-namespace reference to source ${kind}/${namespace}/${name} is not allowed`,
      );
  }
  const names = new Set<string>();
  for (const { name, revision, originRevision } of artifacts) {
    if (names.has(name)) throw invalid(`duplicate artifact name '${name}' found`);
    names.add(name);
    requireAlias(aliases, revision, `artifact ${name} revision`);
    requireAlias(aliases, originRevision, `artifact ${name} originRevision`);
  }
}

function requireAlias(aliases: ReadonlySet<string>, reference: string | undefined, what: string): void {
  if (!reference) return;
  const alias = reference.replace(/^@/, '');
  if (!aliases.has(alias)) throw invalid(`${what} source alias '${alias}' not found`);
}

function invalid(message: string): ReconcileFailure {
  return refused('ValidationFailed', message);
}

function refused(reason: string, message: string): ReconcileFailure {
  const cause = new ControllersError('CONTROLLERS_SPEC_INVALID', message);
  return new ReconcileFailure(reason, { cause, stalled: true });
}
