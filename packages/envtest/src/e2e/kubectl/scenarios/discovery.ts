import { type Scenario, script } from '../scenario.ts';

const kinds = [
  'pod',
  'deployment',
  'statefulset',
  'daemonset',
  'replicaset',
  'job',
  'cronjob',
  'service',
  'configmap',
  'secret',
  'namespace',
  'node',
  'ingress',
  'networkpolicy',
  'persistentvolume',
  'persistentvolumeclaim',
  'storageclass',
  'role',
  'rolebinding',
  'clusterrole',
  'serviceaccount',
  'horizontalpodautoscaler',
  'poddisruptionbudget',
  'lease',
  'event',
  'endpoints',
  'endpointslice',
  'customresourcedefinition',
  'priorityclass',
  'limitrange',
  'resourcequota',
  'validatingwebhookconfiguration',
  'apiservice',
];

/** What a server says about itself. */
export const discovery: Scenario = {
  name: 'discovery',
  steps: [
    ...script`
      version
      cluster-info
      api-versions
      api-resources
      api-resources -o wide
      api-resources -o name
      api-resources --namespaced=false
      api-resources --api-group=apps
      api-resources --categories=all
      api-resources --verbs=list,create -o name
      api-resources --api-group=nothing
      explain deployment
      explain deployment.spec
      explain deployment.spec.template.spec.containers
      explain deployments.spec.strategy.rollingUpdate.maxSurge
      explain pod.spec.containers.resources.limits
      explain pod.metadata
      explain pod.metadata.labels
      explain pod.metadata.creationTimestamp
      explain pod.spec.volumes.configMap.items
      explain pod.status.containerStatuses.state
      explain service.spec.type
      explain service.spec.ports.targetPort
      explain secret.data
      explain secret.stringData
      explain ingress.spec.rules.http.paths
      explain event
      explain events.events.k8s.io
      explain hpa.spec.metrics --api-version=autoscaling/v2
      explain hpa.spec --api-version=autoscaling/v1
      explain customresourcedefinition.spec.versions.schema.openAPIV3Schema
      explain deployment.spec.nothing
      explain nothing
      explain deployment --api-version=apps/v9
      explain po
      explain cj.spec
      get --raw /healthz
      get --raw /livez
      get --raw /readyz
      get --raw /api
      get --raw /apis
      get --raw /apis/apps
      get --raw /apis/apps/v1
      get --raw /apis/batch/v1
      get --raw /apis/rbac.authorization.k8s.io/v1
      get --raw /apis/policy/v1
      get --raw /apis/autoscaling/v2
      get namespaces
      get namespace default -o yaml
      describe namespace default
    `,
    ...kinds.map((kind) => `explain ${kind} --recursive`),
  ],
};
