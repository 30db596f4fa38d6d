import { createRecord, setOwn } from '@gitops-toolkit/core';
import { ResourceNode } from '../accumulate/resource-node.ts';
import { type Decoder, structure, text } from '../load/decode.ts';
import { generatorError } from './key-values.ts';

/** An IAMPolicyGenerator's configuration. */
export interface IamPolicyArgs {
  readonly cloud?: string;
  readonly kubernetesService?: { readonly name?: string; readonly namespace?: string };
  readonly serviceAccount?: { readonly name?: string; readonly projectId?: string };
}

export const iamPolicyArgs: Decoder<IamPolicyArgs> = structure<IamPolicyArgs>({
  cloud: text,
  kubernetesService: structure<NonNullable<IamPolicyArgs['kubernetesService']>>({
    name: text,
    namespace: text,
  }),
  serviceAccount: structure<NonNullable<IamPolicyArgs['serviceAccount']>>({ name: text, projectId: text }),
});

/** Generates the ServiceAccount that stands for one of Google's. */
export function generateIamPolicy(args: IamPolicyArgs): ResourceNode {
  if (args.cloud !== 'gke') throw generatorError(`cloud provider ${args.cloud ?? ''} not supported yet`);
  const object = createRecord();
  const metadata = createRecord();
  const annotations = createRecord();
  const { name = '', namespace = '' } = args.kubernetesService ?? {};
  const account = args.serviceAccount ?? {};
  setOwn(object, 'apiVersion', 'v1');
  setOwn(object, 'kind', 'ServiceAccount');
  setOwn(object, 'metadata', metadata);
  setOwn(metadata, 'annotations', annotations);
  setOwn(
    annotations,
    'iam.gke.io/gcp-service-account',
    `${account.name ?? ''}@${account.projectId ?? ''}.iam.gserviceaccount.com`,
  );
  setOwn(metadata, 'name', name);
  if (namespace !== '') setOwn(metadata, 'namespace', namespace);
  return new ResourceNode(object);
}
