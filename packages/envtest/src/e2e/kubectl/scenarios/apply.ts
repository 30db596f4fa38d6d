import { type Scenario, script } from '../scenario.ts';

const settings = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, labels: {part-of: apply}}\ndata: ${data}\n`;

const web = (image: string, more = ''): string => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {part-of: apply}}
spec:
  ${more}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: ${image}
        env: [{name: A, value: '1'}, {name: B, value: '2'}]
        ports: [{containerPort: 80}]
`;

/** Applying in both ways, who owns what, differences, conflicts, pruning. */
export const apply: Scenario = {
  name: 'apply',
  files: {
    'settings.yaml': settings('{a: "1", b: "2"}'),
    'settings-2.yaml': settings('{a: "2"}'),
    'web.yaml': web('web:1'),
    'web-2.yaml': web('web:2', 'replicas: 3').replace("{name: A, value: '1'}, ", ''),
    'all/settings.yaml': settings('{a: "1"}'),
    'all/kustomization.yaml':
      'resources: [settings.yaml]\nnamePrefix: built-\nconfigMapGenerator: [{name: made, literals: [x=1]}]\n',
    'deleted.yaml': settings('{a: "1"}'),
  },
  steps: script`
    apply --server-side -f settings.yaml --dry-run=server
    apply --server-side -f settings.yaml
    apply --server-side -f settings.yaml
    get configmap settings -o yaml --show-managed-fields
    apply --server-side -f settings-2.yaml --field-manager=other
    apply --server-side -f settings-2.yaml --field-manager=other --force-conflicts
    get configmap settings -o yaml --show-managed-fields
    diff --server-side -f settings.yaml
    diff --server-side -f settings.yaml --force-conflicts
    apply -f settings.yaml
    get configmap settings -o yaml --show-managed-fields
    apply view-last-applied configmap/settings
    apply set-last-applied -f settings-2.yaml
    apply -f web.yaml
    apply --server-side -f web-2.yaml
    get deployment web -o yaml --show-managed-fields
    diff --server-side -f web.yaml
    apply --server-side -f web.yaml --field-manager=other
    get deployment web -o yaml --show-managed-fields
    scale deployment web --replicas=7
    get deployment web -o yaml --show-managed-fields
    apply --server-side -f web-2.yaml
    apply --server-side -f web-2.yaml --force-conflicts
    apply -f web.yaml
    get deployment web -o yaml --show-managed-fields
    set image deployment/web web=web:9
    diff -f web.yaml
    apply -k all
    apply -k all
    diff -k all
    get configmaps -l part-of=apply
    apply -k all --prune -l part-of=apply
    get configmaps
    create -f settings.yaml
    create -f settings.yaml --save-config
    replace --force -f settings.yaml
    delete -k all
    apply -f settings.yaml -o name
    apply -f settings.yaml -o yaml
    apply -f settings-2.yaml -o jsonpath={.data}
    patch configmap settings -p '{"metadata":{"finalizers":["example.com/keep"]}}'
    delete configmap settings --wait=false
    get configmap settings -o yaml
    apply -f settings.yaml
    apply --server-side -f settings.yaml --force-conflicts
    delete configmap settings --timeout=3s
    patch configmap settings -p '{"metadata":{"finalizers":["example.com/keep","example.com/more"]}}'
    patch configmap settings --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'
    get configmap settings
    wait configmap/settings --for=delete --timeout=5s
    wait deployment/web --for=delete --timeout=1s
    delete all --all
  `,
};
