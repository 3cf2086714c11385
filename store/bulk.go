package store

import (
	"context"
	"errors"
)

// Bulk is for as long as do brings in many leads. SQLite's connection that writes has more memory meanwhile, so that
// the pages that a transaction touches stay in it: 64 MB and not 2 MB of them, and what undoes a statement. The
// write-ahead log grows longer before it is copied into the database, where a page that changed often is written once.
// What was committed is on the disk all the same. The memory is given back when do ends. PostgreSQL looks at what it has then.
func (s *Store) Bulk(ctx context.Context, do func() error) (err error) {
	defer wrap(&err, "take in many leads")
	end := context.WithoutCancel(ctx) // it may be the reason why do ended
	if s.engine == postgres {
		err := do()
		s.analyze(end)
		return err
	}
	defer func() {
		err = errors.Join(err, s.pragmas(end, "cache_size = -2000", "wal_autocheckpoint = 1000", "wal_checkpoint", "shrink_memory"))
	}()
	if err := s.pragmas(ctx, "cache_size = -65536", "wal_autocheckpoint = 16000"); err != nil {
		return err
	}
	return do()
}

// analyze has PostgreSQL look at what is in the tables that grow. By itself it does so a minute after they have grown; until then
// it may read all leads to find one. When it does not now, it will then.
func (s *Store) analyze(ctx context.Context) {
	if s.engine == postgres { // each query says how SQLite finds what it asks for
		_, _ = s.write.exec(ctx, `ANALYZE leads, word_leads, rounds, decisions, events, messages`)
	}
}

func (s *Store) pragmas(ctx context.Context, settings ...string) error {
	for _, setting := range settings {
		if _, err := s.write.exec(ctx, `PRAGMA `+setting); err != nil {
			return err
		}
	}
	return nil
}

// settle keeps what undoes an act in memory: it is a few pages, and on the disk it would cost more than the act. And the
// write-ahead log, once it was long, becomes short again when it begins anew.
func (s *Store) settle(ctx context.Context) error {
	if s.engine != sqlite {
		return nil
	}
	return s.pragmas(ctx, "temp_store = MEMORY", "journal_size_limit = 8388608")
}
