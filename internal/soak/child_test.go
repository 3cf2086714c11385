package soak

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"relevo/internal/cli"
)

// clockFile names the file that says how far the workspace's clock is ahead of the real one, in nanoseconds. A process that is
// given it is the bot itself.
const clockFile = "RELEVO_SOAK_CLOCK"

func TestMain(m *testing.M) {
	if file := os.Getenv(clockFile); file != "" {
		os.Exit(child(file))
	}
	os.Exit(m.Run())
}

// child is the program as main.go runs it, by another clock, and sees what it leaves behind.
func child(file string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	before, files := goleak.IgnoreCurrent(), openFiles()
	now, stopClock := follow(file)
	code := cli.Run(ctx, cli.Env{Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: now})
	stopClock()
	if code != 0 {
		return code // it could not start, for one; then its connections end with it
	}
	http.DefaultClient.CloseIdleConnections()
	// What was cut off at the end may take a while to notice, and pgx waits for a database that is away to take the end of a query.
	var err error
	for range 10 { // each looks for about a second
		if err = goleak.Find(before, goleak.IgnoreAnyFunction("github.com/jackc/pgx/v5/pgconn.(*PgConn).CancelRequest")); err == nil {
			break
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "left behind:", err)
		code = exitLeft
	}
	if n := openFiles(); n > files {
		fmt.Fprintf(os.Stderr, "left behind: %d open files\n", n-files)
		code = exitLeft
	}
	return code
}

// exitLeft is the exit code of a process that ends with goroutines or files open.
const exitLeft = 70

// openFiles counts the files that this process holds. Sockets are left to the goroutines that wait at them: pgx closes those of
// a query that was called off some time later.
func openFiles() (n int) {
	all, _ := filepath.Glob("/proc/self/fd/*")
	for _, one := range all {
		if to, err := os.Readlink(one); err == nil && strings.HasPrefix(to, "/") {
			n++
		}
	}
	return n
}

// follow returns a clock that goes by a file which another process writes.
func follow(file string) (now func() time.Time, stop func()) {
	var ahead atomic.Int64
	look := func() {
		if b, err := os.ReadFile(file); err == nil && len(b) == 8 {
			ahead.Store(int64(binary.LittleEndian.Uint64(b)))
		}
	}
	look()
	tick, done, ended := time.NewTicker(10*time.Millisecond), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-tick.C:
				look()
			case <-done:
				return
			}
		}
	}()
	return func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, func() { tick.Stop(); close(done); <-ended }
}
