import { type Scenario, script } from '../scenario.ts';

const object = (apiVersion: string, kind: string, rest: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\n${rest}\n`;
const deployment = (spec: string): string =>
  object('apps/v1', 'Deployment', `metadata: {name: bad}\nspec: ${spec}`);
const container = '{name: a, image: a}';
const template = (more: string): string =>
  `{selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: ${more}}}`;

/** What is refused, and the words of it. */
export const errors: Scenario = {
  name: 'errors',
  files: {
    'unknown-field.yaml': deployment(
      `{replica: 1, ${template(`{containers: [{name: a, image: a, imag: b}]}`).slice(1)}`,
    ),
    'unknown-top.yaml': deployment(`{replica: 1, ${template(`{containers: [${container}]}`).slice(1)}`),
    'wrong-type.yaml': deployment(`{replicas: many, ${template(`{containers: [${container}]}`).slice(1)}`),
    'empty-spec.yaml': deployment('{}'),
    'no-selector-match.yaml': deployment(
      `{selector: {matchLabels: {a: c}}, template: {metadata: {labels: {a: b}}, spec: {containers: [${container}]}}}`,
    ),
    'no-containers.yaml': deployment(template('{containers: []}')),
    'bad-containers.yaml': deployment(
      template(
        '{containers: [{name: A_B}, {name: a, image: a, ports: [{containerPort: 0}, {containerPort: 70000, protocol: HTTP}], env: [{name: 1x, value: a}, {name: ok, value: a, valueFrom: {fieldRef: {fieldPath: metadata.nothing}}}]}, {name: a, image: a, imagePullPolicy: Sometimes, volumeMounts: [{name: none, mountPath: /x}]}]}',
      ),
    ),
    'bad-resources.yaml': deployment(
      template('{containers: [{name: a, image: a, resources: {requests: {cpu: 2}, limits: {cpu: 1}}}]}'),
    ),
    'bad-quantity.yaml': deployment(
      template('{containers: [{name: a, image: a, resources: {requests: {cpu: lots}}}]}'),
    ),
    'bad-policy.yaml': deployment(
      template(`{restartPolicy: Never, dnsPolicy: Wrong, containers: [${container}]}`),
    ),
    'bad-volume.yaml': deployment(
      template(
        `{containers: [${container}], volumes: [{name: a}, {name: A, emptyDir: {}}, {name: b, configMap: {}}, {name: b, secret: {secretName: x}, emptyDir: {}}]}`,
      ),
    ),
    'bad-probe.yaml': deployment(
      template(
        '{containers: [{name: a, image: a, livenessProbe: {periodSeconds: -1, httpGet: {path: /, port: 0}}, readinessProbe: {}}]}',
      ),
    ),
    'bad-strategy.yaml': deployment(
      `{strategy: {type: Recreate, rollingUpdate: {maxSurge: 1}}, ${template(`{containers: [${container}]}`).slice(1)}`,
    ),
    'bad-name.yaml': object('v1', 'ConfigMap', 'metadata: {name: Not_Valid}'),
    'bad-key.yaml': object('v1', 'ConfigMap', "metadata: {name: bad}\ndata: {'a b': x}"),
    'bad-label.yaml': object(
      'v1',
      'ConfigMap',
      "metadata: {name: bad, labels: {a: 'b c', '-x': y}, annotations: {'/': x}}",
    ),
    'no-name.yaml': object('v1', 'ConfigMap', 'metadata: {}'),
    'no-kind.yaml': 'apiVersion: v1\nmetadata: {name: x}\n',
    'no-version.yaml': 'kind: ConfigMap\nmetadata: {name: x}\n',
    'unknown-kind.yaml': object('example.com/v1', 'Nothing', 'metadata: {name: x}'),
    'other-namespace.yaml': object('v1', 'ConfigMap', 'metadata: {name: x, namespace: elsewhere}'),
    'duplicate.yaml': object('v1', 'ConfigMap', 'metadata: {name: x}\ndata: {a: "1", a: "2"}'),
    'not-yaml.yaml': 'a: [\n',
    'number-data.yaml': object('v1', 'ConfigMap', 'metadata: {name: x}\ndata: {a: 1}'),
    'bad-service.yaml': object(
      'v1',
      'Service',
      'metadata: {name: bad}\nspec: {ports: [{port: 0}, {port: 80, name: A}, {port: 80, protocol: X}]}',
    ),
    'bad-service-name.yaml': object('v1', 'Service', 'metadata: {name: 1bad}\nspec: {ports: [{port: 80}]}'),
    'no-ports.yaml': object('v1', 'Service', 'metadata: {name: bad}\nspec: {selector: {a: b}}'),
    'bad-ingress.yaml': object(
      'networking.k8s.io/v1',
      'Ingress',
      'metadata: {name: bad}\nspec: {rules: [{host: UPPER, http: {paths: [{path: nope, pathType: Prefix, backend: {service: {name: web}}}]}}]}',
    ),
    'empty-ingress.yaml': object('networking.k8s.io/v1', 'Ingress', 'metadata: {name: bad}\nspec: {}'),
    'bad-job.yaml': object(
      'batch/v1',
      'Job',
      `metadata: {name: bad}\nspec: {backoffLimit: -1, template: {spec: {containers: [${container}]}}}`,
    ),
    'bad-cronjob.yaml': object(
      'batch/v1',
      'CronJob',
      `metadata: {name: bad}\nspec: {schedule: sometimes, concurrencyPolicy: Maybe, jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [${container}]}}}}}`,
    ),
    'bad-claim.yaml': object(
      'v1',
      'PersistentVolumeClaim',
      'metadata: {name: bad}\nspec: {accessModes: [Sometimes]}',
    ),
    'bad-role.yaml': object(
      'rbac.authorization.k8s.io/v1',
      'Role',
      'metadata: {name: bad}\nrules: [{apiGroups: [apps], resources: [deployments]}, {nonResourceURLs: [/x], verbs: [get]}]',
    ),
    'bad-binding.yaml': object(
      'rbac.authorization.k8s.io/v1',
      'RoleBinding',
      'metadata: {name: bad}\nroleRef: {kind: Wrong, name: x, apiGroup: rbac.authorization.k8s.io}\nsubjects: [{kind: Robot, name: a}, {kind: ServiceAccount, name: a}]',
    ),
    'bad-secret.yaml': object(
      'v1',
      'Secret',
      'metadata: {name: bad}\ntype: kubernetes.io/tls\ndata: {a: eA==}',
    ),
    'bad-autoscaler.yaml': object(
      'autoscaling/v2',
      'HorizontalPodAutoscaler',
      'metadata: {name: bad}\nspec: {maxReplicas: 0, minReplicas: 3, scaleTargetRef: {kind: Deployment}}',
    ),
    'bad-budget.yaml': object(
      'policy/v1',
      'PodDisruptionBudget',
      'metadata: {name: bad}\nspec: {minAvailable: 1, maxUnavailable: 150%}',
    ),
    'bad-policy-object.yaml': object(
      'networking.k8s.io/v1',
      'NetworkPolicy',
      'metadata: {name: bad}\nspec: {podSelector: {matchExpressions: [{key: a, operator: In}]}, policyTypes: [Sideways], ingress: [{from: [{ipBlock: {cidr: nope}}]}]}',
    ),
    'bad-namespace.yaml': object('v1', 'Namespace', 'metadata: {name: a.b}'),
    'owner.yaml': object(
      'v1',
      'ConfigMap',
      'metadata: {name: x, ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: y}]}',
    ),
    'finalizer.yaml': object('v1', 'ConfigMap', 'metadata: {name: x, finalizers: [plain]}'),
    'list.yaml': object(
      'v1',
      'List',
      'items:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: in-list}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: Bad_One}}',
    ),
    'stale.yaml': object('v1', 'ConfigMap', 'metadata: {name: stale, resourceVersion: "1"}\ndata: {a: "1"}'),
  },
  steps: script`
    get pod nobody
    get nothing
    get nothing.example.com
    get pods/a pods/b
    get pods -n nowhere
    get configmap a -n nowhere
    get namespace nowhere
    delete namespace nowhere
    describe pod nobody
    describe nothing nobody
    create configmap a -n nowhere
    apply -f unknown-field.yaml
    apply -f unknown-field.yaml --validate=warn --dry-run=server
    apply -f unknown-field.yaml --validate=ignore --dry-run=server
    apply --server-side -f unknown-top.yaml
    create -f unknown-field.yaml
    apply -f wrong-type.yaml
    apply --server-side -f wrong-type.yaml
    create -f wrong-type.yaml --validate=false
    apply -f empty-spec.yaml
    apply -f no-selector-match.yaml
    apply -f no-containers.yaml
    apply -f bad-containers.yaml
    apply -f bad-resources.yaml
    apply -f bad-quantity.yaml
    apply -f bad-policy.yaml
    apply -f bad-volume.yaml
    apply -f bad-probe.yaml
    apply -f bad-strategy.yaml
    apply -f bad-name.yaml
    apply -f bad-key.yaml
    apply -f bad-label.yaml
    apply -f no-name.yaml
    create -f no-name.yaml
    apply -f no-kind.yaml
    apply -f no-version.yaml
    apply -f unknown-kind.yaml
    apply -f other-namespace.yaml
    apply -f duplicate.yaml
    apply -f not-yaml.yaml
    apply -f number-data.yaml
    create -f number-data.yaml
    apply -f bad-service.yaml
    apply -f bad-service-name.yaml
    apply -f no-ports.yaml
    apply -f bad-ingress.yaml
    apply -f empty-ingress.yaml
    apply -f bad-job.yaml
    apply -f bad-cronjob.yaml
    apply -f bad-claim.yaml
    apply -f bad-role.yaml
    apply -f bad-binding.yaml
    apply -f bad-secret.yaml
    apply -f bad-autoscaler.yaml
    apply -f bad-budget.yaml
    apply -f bad-policy-object.yaml
    apply -f bad-namespace.yaml
    apply -f owner.yaml
    apply -f finalizer.yaml
    apply -f list.yaml
    get configmaps
    create configmap stale
    replace -f stale.yaml
    replace -f bad-name.yaml
    apply -f stale.yaml
    delete namespace default
    delete namespace kube-system
    create namespace default
    get --raw /api/v1/nothing
    get --raw /nothing
    get --raw /apis/example.com
    get --raw /api/v1/namespaces/errors/configmaps?labelSelector=a+in
    get --raw /api/v1/namespaces/errors/configmaps?continue=nonsense
    delete --raw /api/v1/namespaces/errors/configmaps/nobody
    get configmaps --chunk-size=1
    patch configmap stale -p '{"metadata":{"name":"other"}}'
    patch configmap stale -p '{"data":{"a":1}}'
    patch configmap stale -p '{"metadata":{"labels":{"a":"b c"}}}'
    patch configmap stale -p '{"metadata":{"namespace":"default"}}'
    patch configmap stale -p '{"metadata":{"uid":"x"}}'
    patch configmap stale -p '{"metadata":{"resourceVersion":"1"}}'
    patch configmap stale -p '{"kind":"Secret"}'
    patch configmap stale -p '{"apiVersion":"v2"}'
    patch configmap stale -p '[]'
    patch configmap stale --type=json -p '[{"op":"test","path":"/data/a","value":"b"}]'
    patch configmap stale --type=json -p '[{"op":"nothing","path":"/data/a"}]'
    patch configmap stale --subresource=status --type=merge -p '{}'
    scale configmap stale --replicas=1
    rollout status configmap/stale
    rollout restart configmap/stale
  `,
};
