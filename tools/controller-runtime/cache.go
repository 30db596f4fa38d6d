package main

import (
	"context"
	"runtime"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// What a cache keeps: one namespace, without managed fields, as ours does by default.
func cacheOptions(s setting) cache.Options {
	return cache.Options{
		DefaultNamespaces: map[string]cache.Config{s.namespace: {}},
		DefaultTransform:  cache.TransformStripManagedFields(),
	}
}

// Fills a cache once; tells how long it took and what it weighs.
func measureCache(ctx context.Context, s setting) error {
	objects, err := cache.New(s.config, cacheOptions(s))
	if err != nil {
		return err
	}
	before := heapBytes()
	started := time.Now()
	go func() { _ = objects.Start(ctx) }()
	if _, err := objects.GetInformer(ctx, s.object()); err != nil {
		return err
	}
	objects.WaitForCacheSync(ctx)
	seconds := time.Since(started).Seconds()
	after := heapBytes()
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(s.kind)
	// Without a copy: the objects are only counted.
	if err := objects.List(ctx, list, client.UnsafeDisableDeepCopy); err != nil {
		return err
	}
	bytesEach := float64(after-before) / float64(len(list.Items))
	return print(map[string]any{"seconds": seconds, "bytesEach": bytesEach, "objects": len(list.Items)})
}

func heapBytes() uint64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}
