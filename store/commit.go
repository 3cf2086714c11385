package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// commits is how a SQLite file is written to, and how PostgreSQL takes in the leads of one workspace. There is one writer at a
// time, and a commit waits for the disk, longer than most acts take. So what is asked for while one is under way is committed
// together, once: every act in a savepoint of its own, so that one that fails takes nothing of the others along, and each
// answered only after the commit. Nobody waits for company: who comes alone is committed alone, at once.
type commits struct {
	writer *sqlx.DB
	takeIn func(tx db, crowd []*request) error

	patience time.Duration // how long a transaction may take, of a server that may not answer; 0 for as long as it takes

	mu    sync.Mutex
	queue []*act
	busy  bool // a goroutine is about what is queued, and about what comes meanwhile
}

// act is what somebody wants done in a transaction.
type act struct {
	do      func(tx db) error
	request *request      // may be taken in along with others
	err     error         // once done
	done    chan struct{} // closed after the commit, or once it is certain that nothing of it is stored
	fell    string        // what it panicked with, and where
}

// together is how many acts a transaction has at most.
const together = 128

var errFell = errors.New("it panicked")

// tx carries an act out. When ctx ends before it has begun, it never begins; from then on it is carried out to the end, for
// to interrupt it would end the transaction of the others.
func (c *commits) tx(ctx context.Context, a *act) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	a.done = make(chan struct{})
	c.mu.Lock()
	c.queue = append(c.queue, a)
	if !c.busy {
		c.busy = true
		go c.run()
	}
	c.mu.Unlock()
	select {
	case <-a.done:
	case <-ctx.Done():
		if c.withdraw(a) {
			return ctx.Err()
		}
		<-a.done
	}
	if a.fell != "" {
		panic(a.fell)
	}
	return a.err
}

// withdraw takes back what has not begun.
func (c *commits) withdraw(a *act) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.queue, a)
	if i >= 0 {
		c.queue = slices.Delete(c.queue, i, i+1)
	}
	return i >= 0
}

// run commits what is queued until nothing is.
func (c *commits) run() {
	for c.more() {
		ctx, cancel := c.during()
		tx, err := c.begin(ctx) // it may have to wait for another process: whatever comes meanwhile goes along
		acts := c.take()
		if err == nil {
			err = c.carryOut(tx, acts)
			tx.conn.Close()
		}
		cancel()
		for _, a := range acts {
			if a.err == nil {
				a.err = err
			}
			close(a.done)
		}
	}
}

// writing is a transaction, the connection that it is on, and how long it lasts at most.
type writing struct {
	*sqlx.Tx
	conn *sqlx.Conn
	ctx  context.Context
}

// during returns the context of a transaction, which does not end with that of any who wait for it.
func (c *commits) during() (context.Context, context.CancelFunc) {
	if c.patience == 0 {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), c.patience)
}

func (c *commits) begin(ctx context.Context) (writing, error) {
	conn, err := c.writer.Connx(ctx)
	if err != nil {
		return writing{}, err
	}
	tx, err := conn.BeginTxx(ctx, nil)
	if err != nil {
		conn.Close()
	}
	return writing{tx, conn, ctx}, err
}

func (c *commits) more() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.busy = len(c.queue) > 0
	return c.busy
}

func (c *commits) take() []*act {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := min(len(c.queue), together)
	acts := slices.Clone(c.queue[:n])
	c.queue = slices.Delete(c.queue, 0, n)
	return acts
}

// carryOut does the acts and commits them. Its error is that of all that have none of their own: then nothing is stored.
func (c *commits) carryOut(tx writing, acts []*act) error {
	defer tx.Rollback() // does nothing after a commit
	if len(acts) == 1 {
		if acts[0].try(tx); acts[0].err != nil {
			return nil
		}
		return tx.Commit()
	}
	one, err := c.crowds(tx, acts)
	for _, a := range one {
		err = cmp.Or(err, a.apart(tx))
	}
	if err != nil {
		return fmt.Errorf("committed together with what failed: %w", err)
	}
	return tx.Commit()
}

// crowds takes in together what can be, and returns the acts that are left to be done one by one: also those of a crowd that
// failed, for then it has to be seen whose fault it was.
func (c *commits) crowds(tx writing, acts []*act) (one []*act, err error) {
	crowds := map[crowd][]*act{}
	for _, a := range acts {
		if a.request == nil {
			one = append(one, a)
		} else {
			crowds[a.request.crowd] = append(crowds[a.request.crowd], a)
		}
	}
	for _, crowd := range crowds {
		all := &act{do: func(tx db) error { return c.takeIn(tx, requests(crowd)) }}
		if len(crowd) > 1 {
			err = cmp.Or(err, all.apart(tx))
		}
		if len(crowd) == 1 || all.err != nil {
			one = append(one, crowd...)
		}
	}
	return one, err
}

func requests(crowd []*act) (rs []*request) {
	for _, a := range crowd {
		rs = append(rs, a.request)
	}
	return rs
}

// apart does the act in a savepoint. It fails when the whole transaction is lost, as it may be when the disk is full.
func (a *act) apart(tx writing) error {
	if _, err := tx.ExecContext(tx.ctx, `SAVEPOINT act`); err != nil {
		return err
	}
	after := `RELEASE act`
	if a.try(tx); a.err != nil {
		after = `ROLLBACK TO act; RELEASE act`
	}
	_, err := tx.ExecContext(tx.ctx, after)
	if cause, ok := errors.AsType[sqlite3.Error](a.err); ok && err != nil {
		return cause
	}
	return err
}

// try does the act. Whoever wants it panics with what it panics with.
func (a *act) try(tx writing) {
	defer func() {
		if p := recover(); p != nil {
			a.err, a.fell = errFell, fmt.Sprintf("%v\n%s", p, debug.Stack())
		}
	}()
	on := db{on: tx.Tx, during: tx.ctx}
	if tx.DriverName() == "sqlite3" {
		on.direct = &direct{conn: tx.conn}
	}
	a.err = a.do(on)
}
