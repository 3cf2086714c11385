package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "github.com/mattn/go-sqlite3"    // the driver "sqlite3"
)

// The bare machine: what a program can do that stores and decides nothing, and how fast a database commits for somebody
// who does nothing else.

// bareHTTPCmd is net/http with the one thing that every receiver of Slack's requests has to do.
type bareHTTPCmd struct {
	Address string `arg:""`
	Secret  string `arg:""`
}

// Run serves until it is told to stop.
func (cmd bareHTTPCmd) Run(ctx context.Context) error {
	answer, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", cmd.Address)
	if err != nil {
		return err
	}
	fmt.Println("ready")
	context.AfterFunc(ctx, func() { l.Close() })
	err = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		stamp := r.Header.Get("X-Slack-Request-Timestamp")
		at, wrong := strconv.ParseInt(stamp, 10, 64)
		mac := hmac.New(sha256.New, []byte(cmd.Secret))
		io.WriteString(mac, "v0:"+stamp+":")
		mac.Write(body)
		signed := hmac.Equal([]byte("v0="+hex.EncodeToString(mac.Sum(nil))), []byte(r.Header.Get("X-Slack-Signature")))
		if err != nil || wrong != nil || !signed || time.Since(time.Unix(at, 0)).Abs() > 5*time.Minute {
			http.Error(w, "not signed by Slack", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		w.Write(answer)
	}))
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// bareHTTP starts it, as a world of its own.
func (b *bench) bareHTTP(secret string, answer []byte) (*world, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	server, err := b.self("bare-http", address, secret)
	if err != nil {
		return nil, err
	}
	server.Stdin = bytes.NewReader(answer)
	out, err := server.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := server.Start(); err != nil {
		return nil, err
	}
	w := &world{bots: []*exec.Cmd{server}, addresses: []string{address}}
	if _, err := io.ReadFull(out, make([]byte, len("ready"))); err != nil {
		w.close()
		return nil, fmt.Errorf("the bare server: %w", err)
	}
	return w, nil
}

// self is another process of this program.
func (b *bench) self(args ...string) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(b.ctx, program, args...)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), selfEnv+"=1")
	return cmd, nil
}

// selfEnv tells the test binary, which stands in for this program in its test, that it is another process of it.
const selfEnv = "RELEVO_BENCH_SELF"

// bareCommitsCmd commits one small row after the other: the same driver and pragmas as the store's, one writer, one
// statement, made ready before.
type bareCommitsCmd struct {
	DSN string        `arg:"" name:"dsn"`
	For time.Duration `arg:""`
}

// Run prints what came of it.
func (cmd bareCommitsCmd) Run(ctx context.Context) error {
	driver, dsn := "sqlite3", "file:"+cmd.DSN+"?_foreign_keys=on&_busy_timeout=10000&_mutex=no&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_secure_delete=on"
	if strings.HasPrefix(cmd.DSN, "postgres") {
		driver, dsn = "pgx", cmd.DSN
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS bare (at BIGINT PRIMARY KEY, said TEXT NOT NULL)`); err != nil {
		return err
	}
	insert, err := db.PrepareContext(ctx, `INSERT INTO bare (at, said) VALUES ($1, 'a small row')`)
	if err != nil {
		return err
	}
	defer insert.Close()
	var l load
	var each []time.Duration
	before := busyHere()
	begun := time.Now()
	for now := begun; now.Sub(begun) < cmd.For; {
		if _, err := insert.ExecContext(ctx, now.UnixNano()); err != nil {
			return err
		}
		then := time.Now()
		each = append(each, then.Sub(now))
		now = then
	}
	l.count(each, time.Since(begun))
	l.Bot = (busyHere() - before) / time.Duration(max(1, l.Count))
	return json.NewEncoder(os.Stdout).Encode(l)
}

// bareCommits has them counted, once a run: on SQLite in the folder where the bot's database is.
func (b *bench) bareCommits() error {
	if b.report.has("bare/commits") {
		return nil
	}
	b.doing("commits of a bare %s", b.data.engine)
	dsn, err := b.data.bare()
	if err != nil {
		return err
	}
	cmd, err := b.self("bare-commits", dsn, b.For.String())
	if err != nil {
		return err
	}
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("bare commits: %w", err)
	}
	var l load
	if err := json.Unmarshal(out, &l); err != nil {
		return err
	}
	b.report.load("bare/commits", 0, "bare commits, one writer, one row each", l)
	return nil
}
