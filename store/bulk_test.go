package store_test

import (
	"errors"
	"testing"

	"relevo/store"
)

// The room that the writer has while many leads come in is given back, also when that fails, and PostgreSQL has looked at them.
func TestBulk(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws, failed := workspace(t, s), errors.New("failed")
		pages := func() string {
			if s.Engine() != "sqlite" {
				return ""
			}
			size, _, err := s.Pragmas(t.Context(), "cache_size")
			if err != nil {
				t.Fatal(err)
			}
			return size
		}
		before := pages()
		err := s.Bulk(t.Context(), func() error {
			add(t, s, ws, many(3000)...)
			if s.Engine() == "sqlite" && pages() == before {
				t.Errorf("the writer has no more room than %s", before)
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Errorf("got %v", err)
		}
		if after := pages(); after != before {
			t.Errorf("afterwards the writer has %s, before it had %s", after, before)
		}
		if s.Engine() == "postgres" {
			if n := store.Ask(t, s, `SELECT reltuples::int FROM pg_class WHERE oid = 'leads'::regclass`); n != 3000 {
				t.Errorf("PostgreSQL takes them for %d leads", n)
			}
		}
		if l := byNumber(t, s, ws, 3000); l.Email != many(3000)[2999].Email {
			t.Errorf("the last lead is %+v", l)
		}
	})
}
