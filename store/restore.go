package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"relevo/handoff"
)

// Restored is what became of a restore.
type Restored struct {
	Aside  string // where the database is that was there before; empty when there was none
	Rows   int64
	Erased int // leads that were erased since the backup was made, and are again
}

// Restore puts a backup in the place of a SQLite database that nobody uses, and brings its schema up to date. The database that was
// there is kept beside it. Whoever was erased there is erased in the backup before it takes the place: a lead has the
// same id in both, so nothing has to be kept of who it was. It fails with ErrInUse, ErrNewerSchema, ErrUnsound, or when the file is
// no backup, and changes nothing then.
func Restore(ctx context.Context, backup, path string, now time.Time) (r Restored, err error) {
	defer wrap(&err, "restore")
	if !isPath(path) {
		return r, ErrNotSQLite
	}
	if err := checkThere(ctx, backup); err != nil {
		return r, fmt.Errorf("%s: %w", backup, err)
	}
	_, missing := os.Stat(path)
	if missing == nil {
		if err := Idle(ctx, path); err != nil && !isNotDatabase(err) { // a broken one is what backups are for
			return r, err
		}
	}
	if err := clearKilled(path); err != nil {
		return r, err
	}
	temp, err := copyAside(backup, path)
	if err != nil {
		return r, err
	}
	defer clearKilled(path)
	if err := verify(ctx, temp, nil); err != nil {
		return r, err
	}
	s, err := Open(ctx, temp)
	if err != nil {
		return r, err
	}
	defer s.Close()
	if missing == nil {
		if r.Erased, err = s.eraseAsIn(ctx, path, now); err != nil {
			return r, err
		}
	}
	counts, err := s.rowCounts(ctx, s.read)
	if err != nil {
		return r, err
	}
	for _, n := range counts {
		r.Rows += n
	}
	if err := s.Close(); err != nil { // all of it is in the one file now
		return r, err
	}
	if missing == nil {
		r.Aside = path + now.UTC().Format(".before-20060102T150405.000Z")
		if err := os.Link(path, r.Aside); err != nil {
			return r, err
		}
		for _, suffix := range []string{"-wal", "-shm"} { // of a broken one; a sound one has none by now
			if err := os.Rename(path+suffix, r.Aside+suffix); err != nil && !os.IsNotExist(err) {
				return r, err
			}
		}
	}
	if err := os.Rename(temp, path); err != nil {
		return r, err
	}
	return r, syncFolder(filepath.Dir(path))
}

// checkThere is checkFile for a file that must be a database of Relevo's.
func checkThere(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: the file is empty", ErrUnsound)
	}
	return checkFile(ctx, path)
}

// copyAside copies a file to one beside the path that only its owner can read, and returns its name.
func copyAside(from, path string) (name string, err error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	out, err := os.CreateTemp(filepath.Dir(path), copyName(path))
	if err != nil {
		return "", err
	}
	defer out.Close()
	if _, err = io.Copy(out, in); err == nil {
		err = out.Sync()
	}
	if err != nil {
		os.Remove(out.Name())
	}
	return out.Name(), err
}

// clearKilled removes what restores leave that were killed, or failed: the copies that copyAside made, and second names of the
// database at the path.
func clearKilled(path string) error {
	folder := filepath.Dir(path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	present, _ := os.Stat(path)
	for _, e := range entries {
		info, err := e.Info()
		isCopy := strings.HasPrefix(e.Name(), copyName(path))
		isAside := err == nil && strings.HasPrefix(e.Name(), filepath.Base(path)+".before-") && os.SameFile(info, present)
		if isCopy || isAside {
			if err := os.Remove(filepath.Join(folder, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyName is what the names of copies begin with that are made for a database.
func copyName(path string) string { return "." + filepath.Base(path) + "-" }

// eraseAsIn erases the leads that are erased in the database at the path, when it is a later state of this one. One that can't
// be read any more tells nothing.
func (s *Store) eraseAsIn(ctx context.Context, path string, now time.Time) (n int, err error) {
	later, err := openFile(path, "mode=ro")
	if err != nil {
		return 0, err
	}
	defer later.Close()
	var gone []struct {
		ID        int64  `db:"id"`
		Workspace int64  `db:"workspace_id"`
		Number    int64  `db:"number"`
		Received  millis `db:"received_at"`
	}
	err = later.SelectContext(ctx, &gone, `SELECT id, workspace_id, number, received_at FROM leads WHERE state = 'erased'`)
	if isNotDatabase(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, g := range gone {
		l, err := s.LeadByID(ctx, g.Workspace, g.ID)
		switch {
		case errors.Is(err, handoff.ErrNotFound) || err == nil && (l.State == handoff.Erased || l.Number != g.Number || toMillis(l.Received) != int64(g.Received)):
			continue
		case err != nil:
			return 0, err
		}
		erased, err := s.Erase(ctx, g.Workspace, Erasure{LeadID: g.ID, By: ByCommandLine}, now)
		if err != nil {
			return 0, err
		}
		n += erased
	}
	return n, nil
}
