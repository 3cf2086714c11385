package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// everyTable is a store in which every table has rows.
func everyTable(t *testing.T, dsn string) *store.Store {
	t.Helper()
	s := storetest.OpenAt(t, dsn)
	ws := workspace(t, s)
	settle(t, s, ws)
	lived(t, s, another(t, s, ws))
	_, err := s.ChangeSettings(t.Context(), ws.ID, "U1", monday, func(set *handoff.Settings) error {
		set.Routes = []handoff.Route{{ID: "all", Name: "All", Owners: []handoff.RouteOwner{{User: "U1", Weight: 1}}}}
		return nil
	})
	must(t, err)
	add(t, s, workspace(t, s), person(7))
	_, err = s.AddBatch(t.Context(), ws, store.Batch{Merges: []store.Merge{{Into: "x:9", From: []string{"x:1"}}}})
	must(t, err)
	_, err = s.Nudge(t.Context(), ws.ID, monday.AddDate(0, 0, 1), nil, nil)
	must(t, err)
	must(t, s.AnswerCalibration(t.Context(), ws.ID, 1, "U9", handoff.SideSales, true, monday.Add(3*time.Hour)))
	x, err := s.Exercise(t.Context(), ws.ID, 1)
	must(t, err)
	must(t, s.AnswerExercise(t.Context(), ws.ID, 1, answerOf(x, "U9", handoff.SideSales, 0, 0, 1, monday)))
	for _, row := range []string{ // whose methods are tested where they are
		`INSERT INTO installations (workspace_id, team_id, enterprise_id, bot_token, refresh_token, bot_user, scopes, installed_by, installed_at) VALUES (1, 'T1', '', 'sealed', '', 'B1', 's', 'U1', 1)`,
		`INSERT INTO intake_tokens (workspace_id, key, hash, made_by, made_at) VALUES (1, 'k', 'h', 'U1', 1)`,
		`INSERT INTO used_states (hash, until) VALUES ('h', 1)`,
	} {
		_, err := store.Exec(t.Context(), s, row)
		must(t, err)
	}
	_, err = s.Erase(t.Context(), ws.ID, store.Erasure{Email: person(7).Email}, monday)
	must(t, err)
	return s
}

// copied copies and returns the hash of each table, and holds that none is empty.
func copied(t *testing.T, from, to *store.Store) map[string]string {
	t.Helper()
	hashes := map[string]string{}
	must(t, store.Copy(t.Context(), from, to, func(c store.Copied) {
		if hashes[c.Table] = c.To; c.Rows == 0 {
			t.Errorf("nothing is in %s: fill it, or the test does not show that it is copied", c.Table)
		}
	}))
	return hashes
}

// A database goes from one engine to the other and back and is the same, and each of them goes on working.
func TestCopyThereAndBack(t *testing.T) {
	urls := []string{storetest.SQLite(t), storetest.SQLite(t), storetest.SQLite(t)}
	t.Run("postgres", func(t *testing.T) {
		urls[1] = storetest.Postgres(t)
		thereAndBack(t, urls)
	})
	urls[1] = storetest.SQLite(t)
	urls[2] = storetest.SQLite(t)
	thereAndBack(t, []string{storetest.SQLite(t), urls[1], urls[2]})
}

func thereAndBack(t *testing.T, urls []string) {
	t.Helper()
	first := everyTable(t, urls[0])
	second, third := storetest.OpenAt(t, urls[1]), storetest.OpenAt(t, urls[2])
	there := copied(t, first, second)
	back := copied(t, second, third)
	for table, hash := range there {
		if back[table] != hash {
			t.Errorf("%s is %s there and %s after the way back", table, hash, back[table])
		}
	}
	want := summary(t, first, workspace(t, first))
	if got := summary(t, third, workspace(t, third)); got != want {
		t.Errorf("it shows\n%s, before\n%s", got, want)
	}
	if err := store.Copy(t.Context(), first, third, func(store.Copied) {}); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("copying onto something gave %v", err)
	}
	for _, s := range []*store.Store{second, third} {
		ws := workspace(t, s)
		number := add(t, s, ws, person(40))[0].Number
		_, _, err := s.Decide(t.Context(), ws.ID, byNumber(t, s, ws, number).ID, "V40", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		planned, err := s.PlanDigest(t.Context(), ws.ID, "2026-W49", 2, nil, monday.AddDate(0, 0, 14))
		must(t, same(planned, true, err))
		must(t, s.Leave(t.Context(), ws.ID, store.Leftover{Kind: store.LeftoverRefused, Ref: "F40", Made: monday}))
		_, err = s.Erase(t.Context(), ws.ID, store.Erasure{Email: person(40).Email}, monday)
		must(t, err)
	}
}

// Nobody copies from under a bot that works, nor what an older program has written.
func TestCopyIsRefused(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.OpenAt(t, dsn)
		stop, err := s.Working(t.Context())
		must(t, err)
		if err := store.Idle(t.Context(), dsn); !errors.Is(err, store.ErrInUse) {
			t.Errorf("while it is open: %v", err)
		}
		stop()
		driver := map[string]string{"sqlite": "sqlite3", "postgres": "pgx"}[s.Engine()]
		must(t, s.Close())
		must(t, store.Idle(t.Context(), dsn))
		s, err = store.Peek(t.Context(), dsn)
		must(t, err)
		must(t, s.Close())
		statement(t, driver, dsn, `DELETE FROM goose_db_version WHERE version_id > 1`)
		if _, err := store.Peek(t.Context(), dsn); !errors.Is(err, store.ErrOlderSchema) {
			t.Errorf("an older schema gave %v", err)
		}
	})
}

// A backup is a whole database that nobody else can read, made while others write; it takes no file's place.
func TestBackup(t *testing.T) {
	dsn := storetest.SQLite(t)
	s := everyTable(t, dsn)
	ws := workspace(t, s)
	path := filepath.Join(t.TempDir(), "backup.db")
	want := summary(t, s, ws)
	b, err := s.Backup(t.Context(), path)
	must(t, err)
	add(t, s, ws, person(60)) // comes too late for it
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 || b.Bytes != info.Size() || b.Rows < 20 {
		t.Errorf("the file is %v, and told is %+v", info.Mode(), b)
	}
	if _, err := s.Backup(t.Context(), path); err == nil {
		t.Error("another one took its place")
	}
	copy := storetest.OpenAt(t, path)
	if got := summary(t, copy, workspace(t, copy)); got != want {
		t.Errorf("it holds\n%s, want\n%s", got, want)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	must(t, same(len(left), 0, err))
}
