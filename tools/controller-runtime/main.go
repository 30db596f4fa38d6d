// What our runtime is measured and compared with: the same small programs on controller-runtime, with
// unstructured objects, which are read as JSON like ours.
//
//	controller-runtime <cache | follow | copy> <kubeconfig> <namespace> <apiVersion> <kind>
//
// Each line of the output is a JSON value. `follow` and `copy` read commands, a line each, and end with their input.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
	ctrl "sigs.k8s.io/controller-runtime"
)

// Where a program works: one kind in one namespace.
type setting struct {
	config    *rest.Config
	namespace string
	kind      schema.GroupVersionKind
}

// An empty object of the kind.
func (s setting) object() *unstructured.Unstructured {
	object := &unstructured.Unstructured{}
	object.SetGroupVersionKind(s.kind)
	return object
}

func main() {
	quiet := logr.FromSlogHandler(slog.NewTextHandler(io.Discard, nil))
	ctrl.SetLogger(quiet)
	klog.SetLogger(quiet)
	if err := run(ctrl.SetupSignalHandler(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 5 {
		return fmt.Errorf("usage: controller-runtime <cache | follow | copy> <kubeconfig> <namespace> <apiVersion> <kind>")
	}
	config, err := clientcmd.BuildConfigFromFlags("", args[1])
	if err != nil {
		return err
	}
	config.QPS = -1
	setting := setting{config: config, namespace: args[2], kind: schema.FromAPIVersionAndKind(args[3], args[4])}
	switch args[0] {
	case "cache":
		return measureCache(ctx, setting)
	case "follow":
		return follow(ctx, setting)
	case "copy":
		return copyObjects(ctx, setting)
	}
	return fmt.Errorf("there is no program %q", args[0])
}

func print(value any) error {
	return json.NewEncoder(os.Stdout).Encode(value)
}
