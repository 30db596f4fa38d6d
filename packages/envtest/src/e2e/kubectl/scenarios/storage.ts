import { type Scenario, script } from '../scenario.ts';

const objects = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: fast, resources: {requests: {storage: 1.5Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: volume-1}
spec:
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: fast
  hostPath: {path: /data}
  claimRef: {namespace: storage, name: data}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: fast, annotations: {storageclass.kubernetes.io/is-default-class: 'true'}}
provisioner: example.com/disk
parameters: {type: ssd}
allowVolumeExpansion: true
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disk.example.com}
spec: {attachRequired: false}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 10
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 500Mi}}}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandbox}
handler: sandbox
---
apiVersion: v1
kind: Node
metadata: {name: worker-1, labels: {node-role.kubernetes.io/worker: '', disk: ssd}}
spec: {podCIDR: 10.1.0.0/24}
`;

/** Volumes, nodes, and the rest of what a platform is made of. */
export const storage: Scenario = {
  name: 'storage',
  files: { 'storage.yaml': objects },
  steps: script`
    apply -f storage.yaml
    apply -f storage.yaml
    get pvc,pv,storageclass,csidriver,hpa,runtimeclass
    get pvc,pv,storageclass -o wide
    get nodes
    get nodes -o wide
    get pvc data -o yaml
    get pv volume-1 -o yaml
    get storageclass fast -o yaml
    get csidriver disk.example.com -o yaml
    get hpa web -o yaml
    get hpa.v1.autoscaling web -o yaml
    get runtimeclass sandbox -o yaml
    get node worker-1 -o yaml
    describe pvc data
    describe pv volume-1
    describe storageclass fast
    describe csidriver disk.example.com
    describe hpa web
    describe runtimeclass sandbox
    describe node worker-1
    patch pvc data --subresource=status --type=merge -p '{"status":{"phase":"Bound","capacity":{"storage":"10Gi"},"accessModes":["ReadWriteOnce"]}}'
    patch pv volume-1 --subresource=status --type=merge -p '{"status":{"phase":"Bound"}}'
    patch hpa web --subresource=status --type=merge -p '{"status":{"currentReplicas":3,"desiredReplicas":3,"currentMetrics":[{"type":"Resource","resource":{"name":"cpu","current":{"averageUtilization":42,"averageValue":"10m"}}}]}}'
    patch node worker-1 --subresource=status --type=merge -p '{"status":{"capacity":{"cpu":"4","memory":"8Gi","pods":"110"},"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady","lastHeartbeatTime":"2026-01-01T00:00:00Z","lastTransitionTime":"2026-01-01T00:00:00Z"}],"addresses":[{"type":"InternalIP","address":"192.0.2.10"}],"nodeInfo":{"kubeletVersion":"v1.35.4","osImage":"Linux","kernelVersion":"6.1","containerRuntimeVersion":"containerd://2.0","architecture":"amd64","operatingSystem":"linux","bootID":"","machineID":"","systemUUID":"","kubeProxyVersion":""}}}'
    get pvc,pv,hpa,nodes
    get nodes -o wide
    cordon worker-1
    cordon worker-1
    uncordon worker-1
    taint node worker-1 dedicated=web:NoSchedule
    label node worker-1 zone=a
    describe node worker-1
    get node worker-1 -o yaml
    patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'
    patch pvc data -p '{"spec":{"storageClassName":"slow"}}'
    patch pv volume-1 -p '{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'
    patch storageclass fast -p '{"provisioner":"other"}'
    patch hpa web -p '{"spec":{"maxReplicas":0}}'
    delete pvc data --wait=false
    get pvc data -o yaml
    patch pvc data --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'
    get pvc
    delete pv volume-1 --wait=false
    get pv volume-1 -o yaml
    patch pv volume-1 -p '{"metadata":{"finalizers":null}}'
    delete storageclass,csidriver,runtimeclass,nodes --all
    delete hpa web
  `,
};
