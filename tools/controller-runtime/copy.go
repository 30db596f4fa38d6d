package main

import (
	"context"
	"fmt"
	"sync"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

const (
	// Objects with this label are copied; copies have none.
	sourceLabel = "example.com/source"
	finalizer   = "example.com/copy"
)

// What a run saw of its object.
type sight struct {
	Name     string `json:"name"`
	UID      string `json:"uid"`
	Version  string `json:"version"`
	Value    string `json:"value"`
	Deleting bool   `json:"deleting"`
}

type copier struct {
	setting setting
	client  client.Client
	mutex   sync.Mutex
	sights  []sight
}

// Keeps a copy of every object with the label: `<name>.copy` with the same data. A finalizer of the object sees to it
// that the copy goes with it, and a watch on copies that one is put back which somebody changed or deleted.
// On every line of the input it tells what runs saw since the last one.
func copyObjects(ctx context.Context, s setting) error {
	mgr, err := newManager(s)
	if err != nil {
		return err
	}
	copier := &copier{setting: s, client: mgr.GetClient()}
	isSource := predicate.NewPredicateFuncs(func(object client.Object) bool {
		return object.GetLabels()[sourceLabel] == "true"
	})
	err = ctrl.NewControllerManagedBy(mgr).
		For(s.object(), builder.WithPredicates(isSource)).
		Owns(s.object()).
		WithOptions(controller.Options{MaxConcurrentReconciles: 4}).
		Complete(copier)
	if err != nil {
		return err
	}
	return runWhileAsked(ctx, mgr, func(string) error { return print(copier.take()) })
}

func (c *copier) Reconcile(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
	source := c.setting.object()
	if err := c.client.Get(ctx, request.NamespacedName, source); err != nil {
		return reconcile.Result{}, client.IgnoreNotFound(err)
	}
	c.note(source)
	if source.GetDeletionTimestamp() != nil {
		return reconcile.Result{}, c.cleanUp(ctx, source)
	}
	if controllerutil.AddFinalizer(source, finalizer) {
		if err := c.client.Update(ctx, source); err != nil {
			return reconcile.Result{}, err
		}
	}
	return reconcile.Result{}, c.writeCopy(ctx, source)
}

func (c *copier) cleanUp(ctx context.Context, source *unstructured.Unstructured) error {
	if err := client.IgnoreNotFound(c.client.Delete(ctx, c.copyOf(source))); err != nil {
		return err
	}
	if !controllerutil.RemoveFinalizer(source, finalizer) {
		return nil
	}
	return client.IgnoreNotFound(c.client.Update(ctx, source))
}

func (c *copier) writeCopy(ctx context.Context, source *unstructured.Unstructured) error {
	wanted := c.copyOf(source)
	if err := controllerutil.SetControllerReference(source, wanted, c.client.Scheme()); err != nil {
		return err
	}
	found := c.setting.object()
	err := c.client.Get(ctx, client.ObjectKeyFromObject(wanted), found)
	if apierrors.IsNotFound(err) {
		return c.client.Create(ctx, wanted)
	}
	if err != nil {
		return err
	}
	if fmt.Sprint(found.Object["data"]) == fmt.Sprint(wanted.Object["data"]) &&
		fmt.Sprint(found.GetOwnerReferences()) == fmt.Sprint(wanted.GetOwnerReferences()) {
		return nil
	}
	found.Object["data"] = wanted.Object["data"]
	found.SetOwnerReferences(wanted.GetOwnerReferences())
	return c.client.Update(ctx, found)
}

func (c *copier) copyOf(source *unstructured.Unstructured) *unstructured.Unstructured {
	object := c.setting.object()
	object.SetNamespace(source.GetNamespace())
	object.SetName(source.GetName() + ".copy")
	object.Object["data"] = source.Object["data"]
	return object
}

func (c *copier) note(source *unstructured.Unstructured) {
	value, _, _ := unstructured.NestedString(source.Object, "data", "value")
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.sights = append(c.sights, sight{
		Name:     source.GetName(),
		UID:      string(source.GetUID()),
		Version:  source.GetResourceVersion(),
		Value:    value,
		Deleting: source.GetDeletionTimestamp() != nil,
	})
}

func (c *copier) take() []sight {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	taken := c.sights
	c.sights = []sight{}
	return taken
}
