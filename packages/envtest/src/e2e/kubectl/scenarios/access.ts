import { type Scenario, script } from '../scenario.ts';

const rules = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- {apiGroups: [''], resources: [pods, pods/log], verbs: [get, list, watch]}
- {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [get, patch]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: User, name: alice, apiGroup: rbac.authorization.k8s.io}
- {kind: Group, name: developers}
- {kind: ServiceAccount, name: robot, namespace: access}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: access-metrics}
rules:
- {nonResourceURLs: [/metrics], verbs: [get]}
- {apiGroups: ['*'], resources: ['*'], verbs: [list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: access-metrics}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: access-metrics}
subjects: [{kind: User, name: bob}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: access-sum}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {access/sum: 'true'}}]}
`;

/** Roles, bindings and who may do what. */
export const access: Scenario = {
  name: 'access',
  files: { 'rules.yaml': rules },
  steps: script`
    apply -f rules.yaml
    apply -f rules.yaml
    get roles,rolebindings
    get roles,rolebindings -o wide
    get clusterrole access-metrics access-sum
    get clusterrolebinding access-metrics -o wide
    get role reader -o yaml
    get rolebinding readers -o yaml
    get clusterrole access-sum -o yaml
    get clusterrolebinding access-metrics -o yaml
    describe role reader
    describe rolebinding readers
    describe clusterrole access-metrics
    describe clusterrolebinding access-metrics
    auth whoami
    auth can-i get pods
    auth can-i get pods --as=alice
    auth can-i delete pods --as=alice
    auth can-i patch deployments/web --as=alice
    auth can-i patch deployments/other --as=alice
    auth can-i get pods/log --as=carol --as-group=developers
    auth can-i get pods --as=system:serviceaccount:access:robot
    auth can-i get /metrics --as=bob
    auth can-i list secrets -A --as=bob
    auth can-i get nonsense --as=bob
    auth can-i --list --as=alice
    get pods --as=alice
    get secrets --as=alice
    get pod web --as=alice
    delete pod web --as=alice
    get secrets --as=bob
    get secret web --as=bob
    get nodes --as=alice
    get --raw /metrics/nothing --as=alice
    create configmap a --from-literal=a=1 --as=alice
    apply -f rules.yaml --as=alice
    auth whoami --as=alice --as-group=developers --as-uid=42
    patch rolebinding readers -p '{"roleRef":{"name":"other"}}'
    create role writer --verb=create,update --resource=configmaps,deployments.apps
    create clusterrole access-nodes --verb=get --resource=nodes,nodes/status
    create rolebinding writers --role=writer --user=alice --serviceaccount=access:robot
    create clusterrolebinding access-nodes --clusterrole=access-nodes --group=system:authenticated
    get role writer -o yaml
    get rolebinding writers -o yaml
    auth can-i create configmaps --as=alice
    set subject rolebinding writers --user=bob
    delete -f rules.yaml
    delete role,rolebinding --all
    delete clusterrole,clusterrolebinding access-nodes
  `,
};
