package gate

import (
	"context"
	"crypto/tls"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookEvery is how often it is looked whether a certificate's files have changed.
const lookEvery = 10 * time.Second

// certificate is a pair of files, read again when one of them has changed.
type certificate struct {
	cert, key string
	now       func() time.Time
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	changed [2]time.Time // of the files that were read last
	looked  time.Time
}

// TLS returns how to serve with the certificate and the key of these files, TLS 1.2 and newer. A renewed certificate is taken within
// seconds; one that can't be used is left, and the log says so. It fails when the files can't be used now.
func TLS(cert, key string, now func() time.Time, log *slog.Logger) (*tls.Config, error) {
	c := &certificate{cert: cert, key: key, now: now, log: log}
	if err := c.read(); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}, nil
}

func (c *certificate) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked).Abs() >= lookEvery {
		if err := c.read(); err != nil {
			c.log.WarnContext(context.WithoutCancel(hello.Context()), "a renewed certificate can't be used, the one before it still is", "error", err)
		}
	}
	return c.current, nil
}

// read reads the files if they have changed.
func (c *certificate) read() error {
	c.looked = c.now()
	var changed [2]time.Time
	for i, name := range []string{c.cert, c.key} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		changed[i] = info.ModTime()
	}
	if c.current != nil && changed == c.changed {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		return err
	}
	c.current, c.changed = &pair, changed
	return nil
}
