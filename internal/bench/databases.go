package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/mattn/go-sqlite3"
)

// databases makes databases of so many leads, of which all came in and were decided in the two years until now.
type databases struct {
	b      *bench
	engine string
	server *sql.DB // PostgreSQL
	url    *url.URL
	made   []string // on the server
}

func openDatabases(ctx context.Context, b *bench) (*databases, error) {
	if b.DB == "" {
		version, _, _ := sqlite3.Version()
		return &databases{b: b, engine: "SQLite " + version}, nil
	}
	u, err := url.Parse(b.DB)
	if err != nil {
		return nil, errors.New("--db is no URL that can be read")
	}
	server, err := sql.Open("pgx", b.DB)
	if err != nil {
		return nil, err
	}
	d := &databases{b: b, server: server, url: u}
	var version string
	if err := server.QueryRowContext(ctx, `SHOW server_version`).Scan(&version); err != nil {
		return nil, fmt.Errorf("PostgreSQL: %w", err)
	}
	d.engine = "PostgreSQL " + version
	return d, nil
}

// close takes away what was made on the server.
func (d *databases) close() {
	if d.server == nil {
		return
	}
	for _, name := range d.made {
		if err := d.drop(context.WithoutCancel(d.b.ctx), name); err != nil {
			d.b.doing("%v", err)
		}
	}
	d.server.Close()
}

func (d *databases) drop(ctx context.Context, name string) error {
	_, err := d.server.ExecContext(ctx, `DROP DATABASE IF EXISTS `+name+` WITH (FORCE)`)
	return err
}

// empty returns where a database can be made that is not there yet.
func (d *databases) empty(name string) (string, error) {
	if d.server == nil {
		at := filepath.Join(d.b.folder, name+".db")
		return at, errors.Join(remove(at), remove(at+"-wal"), remove(at+"-shm"))
	}
	return d.create("relevo_bench_"+name, "template1")
}

func remove(file string) error {
	if err := os.Remove(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d *databases) create(name, like string) (string, error) {
	if err := d.drop(d.b.ctx, name); err != nil {
		return "", err
	}
	_, err := d.server.ExecContext(d.b.ctx, `CREATE DATABASE `+name+` TEMPLATE `+like)
	d.made = append(d.made, name)
	return d.named(name), err
}

// named is the URL of another database on the server.
func (d *databases) named(name string) string {
	u := *d.url
	u.Path = "/" + name
	return u.String()
}

// bare is where rows are committed that are nobody's.
func (d *databases) bare() (string, error) { return d.empty("bare") }

// full returns a database of n leads that may be changed.
func (d *databases) full(n int) (string, error) {
	like, err := d.prepared(n)
	if err != nil {
		return "", err
	}
	if d.server != nil {
		return d.create("relevo_bench_work", like)
	}
	at, err := d.empty("work")
	if err != nil {
		return "", err
	}
	return at, copyFile(at, like)
}

func copyFile(to, from string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	// On the disk now, so that it is not written out under what is measured next.
	return errors.Join(err, out.Sync(), out.Close())
}

// prepared returns the file or the name of a database of n leads, made once.
func (d *databases) prepared(n int) (string, error) {
	name := fmt.Sprintf("relevo_bench_%d_%d", n, d.b.Seed)
	if d.server == nil {
		return d.preparedFile(name, n)
	}
	var there bool
	if err := d.server.QueryRowContext(d.b.ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil || there {
		return name, err
	}
	if _, err := d.create(name, "template1"); err != nil {
		return "", err
	}
	if d.b.Data != "" {
		d.made = d.made[:len(d.made)-1]
	}
	_, err := d.b.history(d.named(name), n)
	return name, err
}

func (d *databases) preparedFile(name string, n int) (string, error) {
	folder := d.b.Data
	if folder == "" {
		folder = d.b.folder
	}
	at := filepath.Join(folder, name+".db")
	if _, err := os.Stat(at); err == nil {
		return at, nil
	}
	half := at + ".half"
	if err := errors.Join(remove(half), os.MkdirAll(folder, 0o700)); err != nil {
		return "", err
	}
	if _, err := d.b.history(half, n); err != nil {
		return "", err
	}
	return at, os.Rename(half, at)
}

// bytes is how large a database is on the disk.
func (d *databases) bytes(dsn string) (size int64, err error) {
	if d.server == nil {
		info, err := os.Stat(dsn)
		if err != nil {
			return 0, err
		}
		return info.Size(), nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return 0, err
	}
	err = d.server.QueryRowContext(d.b.ctx, `SELECT pg_database_size($1)`, strings.TrimPrefix(u.Path, "/")).Scan(&size)
	return size, err
}

// now is the time up to which leads came in: that of this run.
func (b *bench) now() time.Time { return time.Now().UTC() }
