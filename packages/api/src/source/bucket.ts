import { categories, crdAnnotations } from '../constants/crd-metadata.ts';
import { object, optional } from '../builder/containers.ts';
import type { Rule } from '../builder/rules.ts';
import { boolean, choice, string } from '../builder/scalars.ts';
import type { Type } from '../builder/type.ts';
import { SOURCE_GROUP } from '../constants/groups.ts';
import { defineResource } from '../define-resource.ts';
import type {
  Bucket as BucketObject,
  BucketSpec,
  BucketStatus,
  BucketSTS,
} from '../generated/resource-types.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { artifact } from '../shapes/artifact.ts';
import {
  lastHandledReconcileAt,
  observedGeneration,
  readyColumns,
  suspend,
} from '../shapes/common-fields.ts';
import { conditions } from '../shapes/condition.ts';
import { localObjectReference } from '../shapes/references.ts';
import {
  certSecretRef,
  ignore,
  interval,
  latestArtifactUrl,
  proxySecretRef,
  timeout,
} from '../shapes/source-fields.ts';

const sts: Type<BucketSTS> = object(
  'The service that gives out short-lived credentials.',
  {
    provider: choice('Its kind: AWS, or an LDAP identity at a MinIO.', ['aws', 'ldap']),
    endpoint: string('Its URL.', { pattern: '^(http|https)://.*$' }),
    secretRef: optional(
      localObjectReference('The secret with the `username` and `password` to log in there. Not for AWS.'),
    ),
    certSecretRef: optional(certSecretRef()),
  },
  { name: 'BucketSTS' },
);

/** The rules see a spec that the API server has filled in: there is a provider. */
const rules: readonly Rule<BucketSpec>[] = [
  {
    rule: "self.provider == 'aws' || self.provider == 'generic' || !has(self.sts)",
    message: "STS configuration is only supported for the 'aws' and 'generic' Bucket providers",
    holds: ({ provider = 'generic', sts }) => provider === 'aws' || provider === 'generic' || !sts,
  },
  {
    rule: "self.provider != 'aws' || !has(self.sts) || self.sts.provider == 'aws'",
    message: "'aws' is the only supported STS provider for the 'aws' Bucket provider",
    holds: ({ provider, sts }) => provider !== 'aws' || !sts || sts.provider === 'aws',
  },
  {
    rule: "self.provider != 'generic' || !has(self.sts) || self.sts.provider == 'ldap'",
    message: "'ldap' is the only supported STS provider for the 'generic' Bucket provider",
    holds: ({ provider = 'generic', sts }) => provider !== 'generic' || !sts || sts.provider === 'ldap',
  },
  {
    rule: "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.secretRef)",
    message: "spec.sts.secretRef is not required for the 'aws' STS provider",
    holds: ({ sts }) => !sts || sts.provider !== 'aws' || !sts.secretRef,
  },
  {
    rule: "!has(self.sts) || self.sts.provider != 'aws' || !has(self.sts.certSecretRef)",
    message: "spec.sts.certSecretRef is not required for the 'aws' STS provider",
    holds: ({ sts }) => !sts || sts.provider !== 'aws' || !sts.certSecretRef,
  },
  {
    rule: "self.provider != 'generic' || !has(self.serviceAccountName)",
    message: "ServiceAccountName is not supported for the 'generic' Bucket provider",
    holds: ({ provider = 'generic', serviceAccountName }) =>
      provider !== 'generic' || serviceAccountName === undefined,
  },
  {
    rule: '!has(self.secretRef) || !has(self.serviceAccountName)',
    message: 'cannot set both .spec.secretRef and .spec.serviceAccountName',
    holds: ({ secretRef, serviceAccountName }) => !secretRef || serviceAccountName === undefined,
  },
];

const spec: Type<BucketSpec> = object(
  'The bucket to watch, and what of it to keep.',
  {
    bucketName: string('The name of the bucket.'),
    endpoint: string('The address of the storage: `s3.example.com`.'),
    interval: interval(),
    provider: optional(
      choice('Whose storage it is. `generic` is any that speaks S3.', ['generic', 'aws', 'gcp', 'azure'], {
        default: 'generic',
      }),
    ),
    region: optional(string('The region that the bucket is in.')),
    prefix: optional(string('Only objects whose keys begin with this are listed.')),
    sts: optional(sts),
    secretRef: optional(
      localObjectReference(
        'The secret to log in with. S3: `accesskey` and `secretkey`. Google: `serviceaccount`. Azure: a service principal, a managed identity, `accountKey` or `sasKey`.',
      ),
    ),
    serviceAccountName: optional(string('The service account as which to log in, where a cloud allows it.')),
    certSecretRef: optional(certSecretRef()),
    proxySecretRef: optional(proxySecretRef()),
    insecure: optional(boolean('Whether the storage is spoken to over plain HTTP.')),
    timeout: optional(timeout()),
    ignore: optional(ignore()),
    suspend: optional(suspend()),
  },
  { name: 'BucketSpec', rules },
);

const status: Type<BucketStatus> = object(
  'What was last seen and stored.',
  {
    observedGeneration: optional(observedGeneration()),
    lastHandledReconcileAt: optional(lastHandledReconcileAt()),
    conditions: optional(conditions()),
    url: optional(latestArtifactUrl()),
    artifact: optional(artifact('The revision that was stored last.')),
    observedIgnore: optional(string('The ignore patterns that the artifact was made with.')),
  },
  { name: 'BucketStatus', default: { observedGeneration: -1 } },
);

/** Makes artifacts of the objects in a bucket. */
export const Bucket: ResourceDefinition<BucketObject> = defineResource({
  group: SOURCE_GROUP,
  version: 'v1',
  kind: 'Bucket',
  description: 'Makes artifacts of the objects in a bucket.',
  categories: [...categories, 'fluxcd-sources'],
  spec,
  status,
  printerColumns: [{ name: 'Endpoint', type: 'string', jsonPath: '.spec.endpoint' }, ...readyColumns],
  crdAnnotations,
});

/** An object of the kind {@link (Bucket:variable)}. */
export type Bucket = BucketObject;
