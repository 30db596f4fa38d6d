import { type Scenario, script } from '../scenario.ts';

const template = (name: string, more = ''): string => `
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      ${more}
      containers:
      - {name: main, image: '${name}:1.0', ports: [{containerPort: 80}]}`;

const database = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: database}
spec:
  serviceName: database
  replicas: 3
  selector: {matchLabels: {app: database}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
${template('database')}
`;

const agent = `
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
${template('agent', 'nodeSelector: {kind: worker}')}
`;

const job = `
apiVersion: batch/v1
kind: Job
metadata: {name: migrate}
spec:
  backoffLimit: 2
  completions: 3
${template('migrate', 'restartPolicy: Never')}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup}
spec:
  schedule: '@daily'
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers: [{name: backup, image: 'backup:1.0'}]
`;

const others = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: copies}
spec:
  replicas: 2
  selector: {matchExpressions: [{key: app, operator: In, values: [copies, other]}]}
${template('copies')}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  replicas: 1
  selector: {app: old}
${template('old')}
---
apiVersion: v1
kind: PodTemplate
metadata: {name: shape}
template:
  metadata: {labels: {app: shape}}
  spec: {containers: [{name: shape, image: 'shape:1.0'}]}
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: revision-1}
revision: 1
data: {spec: {a: 1}}
`;

/** Every kind that keeps Pods running, but for Deployments. */
export const workloads: Scenario = {
  name: 'workloads',
  files: { 'database.yaml': database, 'agent.yaml': agent, 'job.yaml': job, 'others.yaml': others },
  steps: script`
    apply -f database.yaml -f agent.yaml -f job.yaml -f others.yaml
    apply -f database.yaml -f agent.yaml -f job.yaml -f others.yaml
    get all
    get all -o wide
    get podtemplates,controllerrevisions
    get podtemplates -o wide
    get statefulset database -o yaml
    get daemonset agent -o yaml
    get job migrate -o yaml
    get cronjob backup -o yaml
    get replicaset copies -o yaml
    get replicationcontroller old -o yaml
    get podtemplate shape -o yaml
    get controllerrevision revision-1 -o yaml
    describe statefulset database
    describe daemonset agent
    describe job migrate
    describe cronjob backup
    describe replicaset copies
    describe replicationcontroller old
    describe podtemplate shape
    scale statefulset database --replicas=1
    scale replicaset copies --replicas=5
    scale replicationcontroller old --replicas=3
    scale daemonset agent --replicas=3
    scale job migrate --replicas=3
    rollout status statefulset/database --watch=false
    rollout status daemonset/agent --watch=false
    rollout restart statefulset/database daemonset/agent
    rollout history statefulset/database
    patch statefulset database --subresource=status --type=merge -p '{"status":{"replicas":1,"readyReplicas":1,"currentRevision":"database-1","updateRevision":"database-2"}}'
    patch daemonset agent --subresource=status --type=merge -p '{"status":{"desiredNumberScheduled":2,"currentNumberScheduled":2,"numberReady":1,"updatedNumberScheduled":2,"numberAvailable":1,"numberMisscheduled":0}}'
    patch job migrate --subresource=status --type=merge -p '{"status":{"startTime":"2026-01-01T00:00:00Z","active":1,"succeeded":2,"ready":0}}'
    patch cronjob backup --subresource=status --type=merge -p '{"status":{"lastScheduleTime":"2020-01-01T00:00:00Z"}}'
    patch replicaset copies --subresource=status --type=merge -p '{"status":{"replicas":5,"readyReplicas":4,"availableReplicas":3,"observedGeneration":2}}'
    get statefulset,daemonset,job,replicaset
    rollout status statefulset/database --watch=false
    rollout status daemonset/agent --watch=false
    describe statefulset database
    describe daemonset agent
    patch cronjob backup -p '{"spec":{"suspend":true}}'
    patch cronjob backup -p '{"spec":{"schedule":"never"}}'
    patch cronjob backup -p '{"spec":{"timeZone":"Europe/Berlin"}}'
    get cronjob backup
    create job --from=cronjob/backup manual
    get job manual -o yaml
    create cronjob hourly --image=hourly:1.0 --schedule='0 * * * *' -- date
    create job once --image=once:1.0 -- date
    get cronjobs,jobs
    patch job migrate -p '{"spec":{"completions":5}}'
    patch job migrate -p '{"spec":{"suspend":true}}'
    patch statefulset database -p '{"spec":{"serviceName":"other"}}'
    patch statefulset database -p '{"spec":{"updateStrategy":{"type":"OnDelete"}}}'
    patch daemonset agent -p '{"spec":{"selector":{"matchLabels":{"app":"other"}}}}'
    patch replicaset copies -p '{"spec":{"replicas":-1}}'
    delete statefulset,daemonset,cronjob --all
    delete job once manual --cascade=orphan --wait=false
    get jobs
    delete replicaset copies --cascade=foreground --wait=false
    get replicaset copies -o yaml
    delete -f others.yaml --ignore-not-found --wait=false
    delete jobs --all --wait=false
    get all
  `,
};
