package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// request is what one caller hands over.
type request struct {
	crowd
	ws       Workspace
	arrivals []handoff.Arrival
	receipts []handoff.Receipt // once it is taken in
}

// crowd is what requests have in common that may be taken in as if they were one.
type crowd struct {
	workspace      int64
	language, zone string
	cards          bool
}

// few is how many arrivals a request has at most to be taken in with others.
const few = 100

// takeRequest takes a request in. Those that come while others are being committed are looked up and written together, with a
// fraction of the statements that they would need one by one.
func (s *Store) takeRequest(ctx context.Context, r *request) error {
	alone := func(tx db) (err error) {
		r.receipts, err = s.takeIn(ctx, tx, r.ws, r.arrivals, r.cards)
		return err
	}
	if len(r.arrivals) > few {
		return s.tx(ctx, alone)
	}
	return s.line(r.workspace).tx(ctx, &act{do: alone, request: r})
}

// linePatience is how long PostgreSQL may take for what a line writes at once: a server that went silent must not keep a workspace's
// leads waiting for ever. Who was told of it may send again.
const linePatience = 20 * time.Second

// line returns where a workspace's requests wait for one another. SQLite has one writer for everything. On PostgreSQL a workspace's
// leads are written by one at a time, for their numbers follow one another; the rest of what is written waits for nobody.
func (s *Store) line(ws int64) *commits {
	if s.engine == sqlite {
		return s.commits
	}
	line, _ := s.lines.LoadOrStore(ws, &commits{writer: s.writer, takeIn: s.takeCrowd, patience: linePatience})
	return line.(*commits)
}

// takeCrowd takes in the requests of a crowd, all or none.
func (s *Store) takeCrowd(tx db, all []*request) error {
	var arrivals []handoff.Arrival
	for _, r := range all {
		arrivals = append(arrivals, r.arrivals...)
	}
	receipts, err := s.takeIn(context.Background(), tx, all[0].ws, arrivals, all[0].cards)
	if err != nil {
		return err
	}
	for _, r := range all {
		r.receipts, receipts = receipts[:len(r.arrivals)], receipts[len(r.arrivals):]
	}
	return nil
}
