import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { array, object, optional } from '../builder/containers.ts';
import type { Rule } from '../builder/rules.ts';
import { boolean, choice, duration, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import { SOURCE_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import type {
  GitRepository as GitRepositoryObject,
  GitRepositoryInclude,
  GitRepositoryRef,
  GitRepositorySpec,
  GitRepositoryStatus,
  GitRepositoryVerification,
} from '../generated/resource-types.ts';
import { artifact } from '../shapes/artifact.ts';
import { conditions } from '../shapes/condition.ts';
import {
  lastHandledReconcileAt,
  observedGeneration,
  readyColumns,
  suspend,
} from '../shapes/common-fields.ts';
import { localObjectReference } from '../shapes/references.ts';

const ref: Type<GitRepositoryRef> = object(
  'What to check out. Of several fields the first of commit, name, semver, tag and branch counts.',
  {
    branch: optional(string('A branch. Without any other field and without this one: `master`.')),
    tag: optional(string('A tag.')),
    semver: optional(
      string('A range of versions; the tag with the highest version in it is taken: `>=1.2.0 <2.0.0`.'),
    ),
    name: optional(string('A full reference: `refs/pull/420/head`.')),
    commit: optional(
      string(
        'The SHA-1 of a commit. With a branch beside it only that branch is fetched, and must contain the commit.',
      ),
    ),
  },
  { name: 'GitRepositoryRef' },
);

const verification: Type<GitRepositoryVerification> = object(
  'Whose signatures the commit or the tag must have.',
  {
    mode: optional(
      choice(
        'What is verified: the commit (`head` is an old spelling of `HEAD`), the tag, or both.',
        ['head', 'HEAD', 'Tag', 'TagAndHEAD'],
        {
          default: 'HEAD',
        },
      ),
    ),
    secretRef: localObjectReference(
      'The secret with the public keys: SSH authorized keys under `*.sshpub`, PGP key rings under any other key.',
    ),
  },
  { name: 'GitRepositoryVerification' },
);

function include(description: string): Type<GitRepositoryInclude> {
  return object(
    description,
    {
      repository: localObjectReference('The GitRepository whose artifact is put in.'),
      fromPath: optional(string('The folder of its artifact that is taken. Without one, all of it.')),
      toPath: optional(string('The folder that it is put into. Without one, the name of the repository.')),
    },
    { name: 'GitRepositoryInclude' },
  );
}

const providerRule: Rule<GitRepositorySpec> = {
  rule: "!has(self.serviceAccountName) || (has(self.provider) && (self.provider == 'azure' || self.provider == 'aws'))",
  message: "serviceAccountName can only be set when provider is 'azure' or 'aws'",
  holds: ({ serviceAccountName, provider }) =>
    serviceAccountName === undefined || provider === 'azure' || provider === 'aws',
};

const spec: Type<GitRepositorySpec> = object(
  'The repository to watch, and what of it to keep.',
  {
    url: string('Where the repository is, over HTTP, HTTPS or SSH.', { pattern: '^(http|https|ssh)://.*$' }),
    interval: duration(
      'How often to look for a new revision. The actual times vary a little, so that not all repositories are asked at once.',
    ),
    ref: optional(ref),
    secretRef: optional(
      localObjectReference(
        'The secret to log in with. For HTTPS: `username` and `password`, or `bearerToken`; `ca.crt`, and `tls.crt` with `tls.key`. For SSH: `identity` and `known_hosts`, and `password` for an encrypted key. For GitHub: the app and its private key.',
      ),
    ),
    provider: optional(
      choice('Who is logged in to. Without one, `generic`.', ['generic', 'aws', 'azure', 'github']),
    ),
    serviceAccountName: optional(
      string('The service account as which to log in, where the provider is aws or azure.'),
    ),
    proxySecretRef: optional(
      localObjectReference(
        'The secret that names a proxy: `address`, and `username` with `password` if it wants them.',
      ),
    ),
    timeout: optional(
      duration('How long one operation on the repository may take.', { largestUnit: 'm', default: '60s' }),
    ),
    ignore: optional(
      string(
        'Patterns of files to leave out, as in `.gitignore`. They come after those of `.sourceignore` files, and replace the built-in ones.',
      ),
    ),
    include: optional(array('Other repositories whose artifacts to put in.', include('Another repository.'))),
    recurseSubmodules: optional(boolean('Whether submodules are fetched, with the same credentials.')),
    sparseCheckout: optional(array('The folders to keep. Without any, all.', string('A folder.'))),
    verify: optional(verification),
    suspend: optional(suspend()),
  },
  { name: 'GitRepositorySpec', rules: [providerRule] },
);

const status: Type<GitRepositoryStatus> = object(
  'What was last seen and stored.',
  {
    observedGeneration: optional(observedGeneration()),
    lastHandledReconcileAt: optional(lastHandledReconcileAt()),
    conditions: optional(conditions()),
    artifact: optional(artifact('The revision that was stored last.')),
    includedArtifacts: optional(
      array('The artifacts that were put into it.', artifact('An artifact that was put in.')),
    ),
    observedIgnore: optional(string('The ignore patterns that the artifact was made with.')),
    observedInclude: optional(
      array(
        'The includes that the artifact was made with.',
        include('An include that the artifact was made with.'),
      ),
    ),
    observedRecurseSubmodules: optional(boolean('Whether the artifact was made with submodules.')),
    observedSparseCheckout: optional(
      array('The folders that the artifact was made of.', string('A folder.')),
    ),
    sourceVerificationMode: optional(string('What was last verified: `HEAD`, `Tag` or `TagAndHEAD`.')),
  },
  { name: 'GitRepositoryStatus', default: { observedGeneration: -1 } },
);

/** Makes artifacts of the revisions of a git repository. */
export const GitRepository: ResourceDefinition<GitRepositoryObject> = defineResource({
  group: SOURCE_GROUP,
  version: 'v1',
  kind: 'GitRepository',
  description: 'Makes artifacts of the revisions of a git repository.',
  plural: 'gitrepositories',
  shortNames: ['gitrepo'],
  categories: [...categories, 'fluxcd-sources'],
  spec,
  status,
  printerColumns: [{ name: 'URL', type: 'string', jsonPath: '.spec.url' }, ...readyColumns],
  crdAnnotations,
});

/** An object of the kind {@link (GitRepository:variable)}. */
export type GitRepository = GitRepositoryObject;
