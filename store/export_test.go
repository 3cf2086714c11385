package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
)

// Tokens is what a text is found by.
func Tokens(text string) []string { return tokens(text) }

// OlderSchema makes the tables of an older version in an empty database, and runs statements there.
func OlderSchema(ctx context.Context, dsn string, version int64, statements string) error {
	s, err := connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer s.Close()
	provider, err := s.provider()
	if err != nil {
		return err
	}
	if _, err := provider.UpTo(ctx, version); err != nil {
		return err
	}
	return s.tx(ctx, func(tx db) error {
		for statement := range strings.SplitSeq(statements, ";\n") {
			if _, err := tx.on.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		all, err := s.tables(ctx, tx)
		for _, t := range all {
			err = errors.Join(err, s.goOnNumbering(ctx, tx, t))
		}
		return err
	})
}

// Newest returns the version of the schema that the program of this store writes.
func Newest(s *Store) (int64, error) { return s.newest() }

// NewWorkspace makes one more workspace, with the settings of ws.
func (s *Store) NewWorkspace(ctx context.Context, ws Workspace) (Workspace, error) {
	err := s.write.get(ctx, &ws.ID, `
		INSERT INTO workspaces (name, language, zone, leads_channel, feedback_channel, created_at) VALUES (?, ?, ?, ?, ?, 0) RETURNING id`,
		ws.Name, ws.Language, ws.Zone, ws.LeadsChannel, ws.FeedbackChannel)
	ws.TeamID = ""
	return ws, err
}

// Plans returns how SQLite carries out the queries that must be quick with many leads.
func (s *Store) Plans(ctx context.Context) (map[string]string, error) {
	list := func(f Filter) string {
		where, _, order := f.sql(1)
		return `SELECT * FROM leads WHERE ` + where + ` ORDER BY ` + order + ` LIMIT ?`
	}
	queries := map[string]string{
		"begun":   withQuery,
		"ended":   withQuery,
		"runs":    runsQuery,
		"whole":   anyQuery,
		"walk":    everybodyQuery,
		"spans":   spansQuery(500),
		"overdue": list(Filter{OverdueAt: time.Unix(1, 0)}),
		"newest":  list(Filter{}),
		"decided": list(Filter{DecidedBy: "U1"}),
		"email":   `SELECT * FROM leads WHERE workspace_id = ? AND ` + byEmail,
		"tally":   tallyQuery,
		"tallied": tallyQuery,
		"reps":    repTallyQuery,
		"first":   firstQuery,
		"pace":    paceQuery(`worked`),
		"wall":    paceQuery(`took`),
		"open":    openQuery,
		"owned":   ownedQuery,
		"mine":    list(Filter{States: []handoff.State{handoff.Open}, Owner: "U1"}),
		"decider": deciderQuery,
		"lately":  latelyQuery,
		"backlog": backlogQuery,
		"needs":   needsQuery,
		"pasts":   pastsQuery,
		"returns": returnsQuery,
		"rounds":  roundsQuery,
		"erase":   withdrawnQuery(1),
		"erased":  anyPast,
		"aged":    agedQuery,
		"aliases": aliasQuery(2),
		"nudge":   nudgeQuery,
		"handed":  handedQuery,
		"list":    currentListQuery,
		"company": companyQuery(2),
		"fetch":   claimFetchQuery(s.engine, 2),
		"tell":    claimDeliveryQuery(s.engine),
		"due":     dueEndpointsQuery(1),
		"flood":   unsignedQuery,
		"post":    claimQuery(Post, s.engine, 2),
		"update":  claimQuery(Update, s.engine, 2),
		"effects": outcomesQuery,
		"owed":    unansweredQuery,
		"tempo":   tempoQuery,
		"totals":  totalsQuery,
		"posts":   waitingPosts,
		"stale":   waitingUpdates,
		"fetches": waitingFetches,
		"posted":  postedDigest,
	}
	plans := map[string]string{}
	for name, query := range queries {
		var steps []struct {
			ID, Parent, Notused int
			Detail              string
		}
		if err := s.read.list(ctx, &steps, `EXPLAIN QUERY PLAN `+query, make([]any, strings.Count(query, "?"))...); err != nil {
			return nil, err
		}
		for _, step := range steps {
			plans[name] += step.Detail + "\n"
		}
	}
	return plans, nil
}

// Pragmas returns a setting of the writing and of the reading connections.
func (s *Store) Pragmas(ctx context.Context, name string) (write, read string, err error) {
	if err := s.write.get(ctx, &write, `PRAGMA `+name); err != nil {
		return "", "", err
	}
	err = s.read.get(ctx, &read, `PRAGMA `+name)
	return write, read, err
}

// Origins returns how each round of a workspace began.
func (s *Store) Origins(ctx context.Context, ws int64) (string, error) {
	var all []string
	err := s.read.list(ctx, &all, `SELECT l.number || '/' || r.round || ' ' || r.origin FROM rounds r JOIN leads l ON l.id = r.lead_id
		WHERE r.workspace_id = ? ORDER BY l.number, r.round`, ws)
	return strings.Join(all, " "), err
}

// Place is where a secret is sealed for.
type Place = place

// At returns a place.
func At(column string, ws int64, row string) Place { return place{column, ws, row} }

// Seal seals as the store does.
func (k Keyring) Seal(secret string, at Place) (string, error) { return k.seal(secret, at) }

// Open opens as the store does.
func (k Keyring) Open(sealed string, at Place) (string, error) { return k.open(sealed, at) }

// Exec runs a statement as it is, past everything that the store takes care of.
func Exec(ctx context.Context, s *Store, statement string, args ...any) (int64, error) {
	return s.write.exec(ctx, statement, args...)
}

// Hold keeps the leads of a workspace from being written until until is closed; begun is closed once it does.
func Hold(s *Store, ws int64, begun chan<- struct{}, until <-chan struct{}) error {
	return s.tx(context.Background(), func(tx db) error {
		_, err := lockWorkspace(context.Background(), tx, ws)
		close(begun)
		<-until
		return err
	})
}

// SetPatience sets how long PostgreSQL may take for what a workspace's line writes at once.
func SetPatience(s *Store, ws int64, d time.Duration) { s.line(ws).patience = d }

// Ask returns what a query of one number comes to.
func Ask(t testing.TB, s *Store, query string) (n int) {
	t.Helper()
	if err := s.read.get(t.Context(), &n, query); err != nil {
		t.Fatal(err)
	}
	return n
}

// Queued returns how many acts on a workspace wait for their transaction, or on PostgreSQL in the one that has begun.
func Queued(s *Store, ws int64) int {
	line := s.line(ws)
	line.mu.Lock()
	defer line.mu.Unlock()
	n := len(line.queue)
	if s.engine == postgres && line.busy {
		n++
	}
	return n
}

// Has tells whether a person is found by a query.
func Has(p handoff.Person, query string) bool {
	wanted := queryWords(query)
	return len(wanted) > 0 && has(p, wanted)
}
