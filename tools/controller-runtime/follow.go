package main

import (
	"bufio"
	"context"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	"sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

// The annotation that says when an object was written: microseconds since 1970.
const writtenAt = "example.com/written-at"

// Notes when runs begin, and how long after the write of what they see.
type runs struct {
	mutex  sync.Mutex
	at     []int64
	delays []int64
}

// Runs a reconciler that only notes that it ran. On every line of the input it tells of the runs since the last one.
func follow(ctx context.Context, s setting) error {
	mgr, err := newManager(s)
	if err != nil {
		return err
	}
	noted := &runs{}
	reconciler := reconcile.Func(func(ctx context.Context, request reconcile.Request) (reconcile.Result, error) {
		object := s.object()
		if err := mgr.GetClient().Get(ctx, request.NamespacedName, object); err != nil {
			return reconcile.Result{}, client.IgnoreNotFound(err)
		}
		noted.add(object.GetAnnotations()[writtenAt])
		return reconcile.Result{}, nil
	})
	options := controller.Options{MaxConcurrentReconciles: 1}
	if err := ctrl.NewControllerManagedBy(mgr).For(s.object()).WithOptions(options).Complete(reconciler); err != nil {
		return err
	}
	return runWhileAsked(ctx, mgr, func(string) error { return print(noted.take()) })
}

func newManager(s setting) (manager.Manager, error) {
	return ctrl.NewManager(s.config, ctrl.Options{
		Cache: cacheOptions(s),
		// Reads come from the cache, as with ours.
		Client:  client.Options{Cache: &client.CacheOptions{Unstructured: true}},
		Metrics: server.Options{BindAddress: "0"},
	})
}

// Runs the manager until the input ends; each line of it is a command.
func runWhileAsked(ctx context.Context, mgr manager.Manager, answer func(command string) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- mgr.Start(ctx) }()
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		if err := answer(input.Text()); err != nil {
			return err
		}
	}
	stop()
	return <-ended
}

func (r *runs) add(written string) {
	now := time.Now().UnixMicro()
	r.mutex.Lock()
	defer r.mutex.Unlock()
	r.at = append(r.at, now)
	if at, err := strconv.ParseInt(written, 10, 64); err == nil {
		r.delays = append(r.delays, now-at)
	}
}

func (r *runs) take() map[string]any {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	taken := map[string]any{"at": r.at, "delays": r.delays, "cpuSeconds": cpuSeconds()}
	r.at, r.delays = nil, nil
	return taken
}

func cpuSeconds() float64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(usage.Utime) + seconds(usage.Stime)
}
