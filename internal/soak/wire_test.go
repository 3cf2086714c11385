package soak

import (
	"cmp"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
)

// A wire is the way from the bot to its PostgreSQL, which can be cut.
type wire struct {
	dsn string // through it
	to  string

	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newWire(t *testing.T, dsn string) *wire {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{to: net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "5432")), conns: map[net.Conn]bool{}}
	u.Host = l.Addr().String()
	w.dsn = u.String()
	var all sync.WaitGroup
	all.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { w.carry(from) })
		}
	})
	t.Cleanup(func() { l.Close(); w.sever(); all.Wait() })
	return w
}

// carry passes on what both ends say, until one of them ends or the wire is cut.
func (w *wire) carry(from net.Conn) {
	defer from.Close()
	to, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer to.Close()
	w.mu.Lock()
	if w.cut {
		w.mu.Unlock()
		return
	}
	w.conns[from], w.conns[to] = true, true
	w.mu.Unlock()
	var back sync.WaitGroup
	back.Go(func() { io.Copy(from, to); from.Close() })
	io.Copy(to, from)
	to.Close()
	back.Wait()
	w.mu.Lock()
	delete(w.conns, from)
	delete(w.conns, to)
	w.mu.Unlock()
}

// sever cuts what is connected and lets nobody connect.
func (w *wire) sever() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = true
	for c := range w.conns {
		c.Close()
	}
}

func (w *wire) restore() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = false
}
