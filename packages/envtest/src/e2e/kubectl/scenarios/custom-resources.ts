import { type Scenario, script } from '../scenario.ts';

const crd = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.kubectl.example.com}
spec:
  group: kubectl.example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, listKind: WidgetList, shortNames: [wd], categories: [all, example]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources:
      status: {}
      scale: {specReplicasPath: .spec.replicas, statusReplicasPath: .status.replicas, labelSelectorPath: .status.selector}
    selectableFields: [{jsonPath: .spec.color}]
    additionalPrinterColumns:
    - {name: Color, type: string, jsonPath: .spec.color}
    - {name: Replicas, type: integer, jsonPath: .spec.replicas}
    - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
    - {name: Tags, type: string, jsonPath: '.spec.tags[*]', priority: 1}
    - {name: Weight, type: number, jsonPath: .spec.weight, priority: 1}
    - {name: Enabled, type: boolean, jsonPath: .spec.enabled}
    - {name: Since, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        type: object
        description: A widget.
        required: [spec]
        properties:
          spec:
            type: object
            description: What is wanted.
            required: [color]
            properties:
              color: {type: string, enum: [red, green, blue], description: Its color.}
              replicas: {type: integer, format: int32, minimum: 0, maximum: 10, default: 1}
              weight: {type: number}
              enabled: {type: boolean, default: false}
              tags: {type: array, maxItems: 3, items: {type: string, pattern: '^[a-z]+$'}, x-kubernetes-list-type: set}
              parts:
                type: array
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  properties: {name: {type: string, minLength: 2}, size: {x-kubernetes-int-or-string: true}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true}
              labels: {type: object, additionalProperties: {type: string}}
          status:
            type: object
            properties:
              replicas: {type: integer}
              selector: {type: string}
              conditions:
                type: array
                items: {type: object, properties: {type: {type: string}, status: {type: string}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: plains.kubectl.example.com}
spec:
  group: kubectl.example.com
  scope: Cluster
  names: {plural: plains, kind: Plain}
  versions:
  - {name: v1alpha1, served: true, storage: false, deprecated: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
`;

const widget = (name: string, spec: string): string => `
apiVersion: kubectl.example.com/v1
kind: Widget
metadata: {name: ${name}}
spec: ${spec}
`;

/** A definition, its objects, and what is wrong with some of them. */
export const customResources: Scenario = {
  name: 'custom-resources',
  files: {
    'crd.yaml': crd,
    'one.yaml': widget(
      'one',
      '{color: red, tags: [a, b], weight: 1.5, parts: [{name: left, size: 1}], free: {any: [1]}, labels: {a: b}}',
    ),
    'one-2.yaml': widget(
      'one',
      '{color: blue, replicas: 3, tags: [b], parts: [{name: left, size: 2}, {name: right, size: 50%}]}',
    ),
    'unknown.yaml': widget('two', '{color: red, colour: red, parts: [{name: left, depth: 1}]}'),
    'unknown-top.yaml': widget('two', '{color: red, colour: red}'),
    'invalid.yaml': widget(
      'two',
      '{color: pink, replicas: 11, tags: [a, a, B, c], parts: [{name: x}, {name: x}], enabled: "yes"}',
    ),
    'missing.yaml': widget('two', '{}'),
    'nospec.yaml': 'apiVersion: kubectl.example.com/v1\nkind: Widget\nmetadata: {name: two}\n',
    'plain.yaml':
      'apiVersion: kubectl.example.com/v1alpha1\nkind: Plain\nmetadata: {name: one}\nany: {thing: true}\n',
    'nonstructural.yaml': crd
      .slice(0, crd.indexOf('---\n'))
      .replace('widgets.k', 'wrong.k')
      .replace('type: object\n        desc', 'desc'),
  },
  steps: [
    ...script`
    apply -f one.yaml
    apply -f crd.yaml
    wait crd/widgets.kubectl.example.com crd/plains.kubectl.example.com --for=condition=Established --timeout=10s
    `,
    // The real server publishes the schemas of a new kind some time after the kind itself.
    { eventually: 'explain widget' },
    { eventually: 'explain plain' },
    ...script`
    apply -f nonstructural.yaml
    get crd widgets.kubectl.example.com plains.kubectl.example.com
    get crd widgets.kubectl.example.com -o yaml
    describe crd plains.kubectl.example.com
    api-resources --api-group=kubectl.example.com -o wide
    explain widget.spec
    explain widgets.spec.parts
    explain widget.spec.color
    explain widget --recursive
    explain widget.spec.nothing
    apply -f one.yaml
    apply -f one.yaml
    get widgets
    get wd one -o wide
    get widget one -o yaml --show-managed-fields
    get all
    get example
    describe widget one
    diff -f one-2.yaml
    apply -f one-2.yaml
    get widget one -o yaml
    apply -f unknown.yaml
    apply -f unknown.yaml --validate=warn --dry-run=server
    apply -f unknown.yaml --validate=false --dry-run=server
    apply -f invalid.yaml
    apply -f missing.yaml
    apply -f nospec.yaml
    apply --server-side -f unknown-top.yaml
    apply --server-side -f one.yaml
    apply --server-side --force-conflicts -f one.yaml
    get widget one -o yaml --show-managed-fields
    scale widget one --replicas=5
    scale widget one --replicas=50
    get widget one --subresource=scale -o yaml
    patch widget one --subresource=status --type=merge -p '{"status":{"replicas":5,"selector":"app=one","conditions":[{"type":"Ready","status":"True"}]}}'
    wait widget/one --for=condition=Ready --timeout=5s
    get widget one --subresource=scale -o yaml
    get widgets
    get widgets --field-selector spec.color=red
    get widgets --field-selector spec.weight=1
    label widget one a=b
    patch widget one -p '{"spec":{"replicas":2}}'
    patch widget one --type=merge -p '{"spec":{"replicas":null,"color":null}}'
    patch widget one --type=merge -p '{"spec":{"replicas":null}}'
    patch widget one --type=json -p '[{"op":"add","path":"/spec/tags/-","value":"c"}]'
    get widget one -o yaml
    get --raw /apis/kubectl.example.com/v1/namespaces/custom-resources/widgets/nobody
    apply -f plain.yaml
    get plains
    get plains.v1alpha1.kubectl.example.com one -o yaml
    delete widget one
    delete -f crd.yaml --wait=false
  `,
  ],
};
