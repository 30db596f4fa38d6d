import { type Scenario, script } from '../scenario.ts';

const settings = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data:
  color: blue
  application.properties: |
    a=1
    b=2
binaryData: {image: AAEC}
---
apiVersion: v1
kind: Secret
metadata: {name: secret}
type: Opaque
stringData: {token: s3cr3t}
data: {other: b3RoZXI=}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
secrets: [{name: secret}]
imagePullSecrets: [{name: registry}]
`;

/** ConfigMaps, Secrets, ServiceAccounts, quotas and the like. */
export const config: Scenario = {
  name: 'config',
  files: {
    'settings.yaml': settings,
    'settings-2.yaml': settings.replace('color: blue', 'color: red').replace('    b=2\n', ''),
    'limits.yaml': `
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 100m}, max: {memory: 1Gi}}]}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota}
spec: {hard: {pods: '10', requests.cpu: '4', configmaps: 100}}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: important}
value: 1000
description: for what matters
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: leader}
spec: {holderIdentity: me, leaseDurationSeconds: 15}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
`,
    'immutable.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: {name: fixed}
immutable: true
data: {a: '1'}
`,
    'generated.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: gen-}\ndata: {a: "1"}\n',
    'app.env': 'A=1\nB=two words\n',
    'replacement.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {only: "1"}\n',
  },
  steps: [
    ...script`
      apply -f settings.yaml
      get configmaps,secrets,serviceaccounts
      get configmaps -o wide
      get configmap settings -o yaml --show-managed-fields
      get secret secret -o yaml
      get serviceaccount web -o yaml
      describe configmap settings
      describe secret secret
      describe serviceaccount web
      diff -f settings-2.yaml
      apply -f settings-2.yaml
      get configmap settings -o jsonpath={.data}
      replace -f replacement.yaml
      get configmap settings -o yaml
      create -f generated.yaml
      get configmaps -o name
      create configmap literal --from-literal=a=1 --from-literal=b=2
      create configmap literal --from-literal=a=1
      create configmap env --from-env-file=app.env
      create configmap file --from-file=app.env
      get configmap file -o yaml
      create secret generic plain --from-literal=password=x --type=example.com/own
      create secret docker-registry registry --docker-username=u --docker-password=p --docker-server=example.com
      create secret tls broken --cert=app.env --key=app.env
      create serviceaccount runner
      get secrets
      get secret registry -o yaml
      patch secret secret -p '{"stringData":{"token":"new"}}'
      get secret secret -o jsonpath={.data.token}
      patch secret secret -p '{"type":"kubernetes.io/tls"}'
      patch secret secret -p '{"data":{"token":"not base64!"}}'
      apply -f immutable.yaml
      patch configmap fixed -p '{"data":{"a":"2"}}'
      patch configmap fixed -p '{"immutable":false}'
      label configmap fixed a=b
      apply -f limits.yaml
      get limitranges,resourcequotas,leases,pdb
      get priorityclasses
      get limitrange limits -o yaml
      get resourcequota quota -o yaml
      get priorityclass important -o yaml
      get lease leader -o yaml
      get pdb web -o yaml
      describe limitrange limits
      describe resourcequota quota
      describe priorityclass important
      describe lease leader
      describe pdb web
      patch priorityclass important -p '{"value":5}'
      create priorityclass low --value=-10 --description=little
      create quota small --hard=pods=2
      create poddisruptionbudget all --selector=app=all --max-unavailable=50%
      get pdb
      create token web --duration=10m -o jsonpath={.kind}
      delete priorityclass important low
      delete configmap settings literal
      delete configmaps --all
    `,
    // Something has to be there, or a watch prints nothing to tell that it has begun.
    'create configmap base --from-literal=a=1',
    {
      watch: 'get configmaps -w',
      lines: 6,
      during: script`
        create configmap second --from-literal=a=1
        label configmap second a=b
        patch configmap second -p '{"data":{"b":"2"}}'
        delete configmap second
      `,
    },
    {
      watch: 'get configmaps -l watch!=me -w -o name',
      lines: 3,
      during: script`
        label configmap base watch=me
        label configmap base watch-
      `,
    },
    {
      watch: 'get configmaps -w --output-watch-events -o custom-columns=NAME:.metadata.name,DATA:.data',
      lines: 4,
      during: script`
        patch configmap base -p '{"data":{"a":"2"}}'
        delete configmap base
      `,
    },
  ],
};
