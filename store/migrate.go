package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// The migrations of the two engines have the same numbers and make the same tables. They only go forward, and each
// makes at least one thing with a name, so that of two processes that start at once the second fails and looks again.
//
//go:embed migrations
var migrations embed.FS

func (s *Store) migrate(ctx context.Context) error {
	if err := s.checkVersion(ctx); err != nil {
		return err
	}
	provider, err := s.provider()
	if err != nil {
		return err
	}
	for {
		before, err := s.Version(ctx)
		if err != nil {
			return err
		}
		_, failed := provider.Up(ctx)
		if failed == nil {
			return nil
		}
		after, err := s.Version(ctx)
		if err != nil || after <= before {
			return fmt.Errorf("migrate database: %w", failed)
		}
	}
}

func (s *Store) provider() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations/"+string(s.engine))
	if err != nil {
		return nil, err
	}
	dialect := map[engine]goose.Dialect{sqlite: goose.DialectSQLite3, postgres: goose.DialectPostgres}[s.engine]
	provider, err := goose.NewProvider(dialect, s.writer.DB, files, goose.WithGoMigrations(goose.NewGoMigration(13, &goose.GoFunc{RunTx: s.packWords}, nil)))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return provider, nil
}

// checkVersion fails with ErrNewerSchema when the database has a migration that this program does not know.
func (s *Store) checkVersion(ctx context.Context) error {
	if err := s.CheckSchema(ctx); !errors.Is(err, ErrOlderSchema) {
		return err
	}
	return nil
}

// CheckSchema fails with ErrNewerSchema or ErrOlderSchema when the database's tables are not those of this program.
func (s *Store) CheckSchema(ctx context.Context) error {
	known, err := s.newest()
	if err != nil {
		return err
	}
	version, err := s.Version(ctx)
	switch {
	case err != nil:
		return err
	case version > known:
		return fmt.Errorf("%w: its schema is version %d, this program knows up to %d; use the newer program", ErrNewerSchema, version, known)
	case version < known:
		return fmt.Errorf("%w: its schema is version %d, this program's is %d; the next start of the bot brings it up to date", ErrOlderSchema, version, known)
	}
	return nil
}

// newest returns the version of the schema that this program writes.
func (s *Store) newest() (int64, error) {
	provider, err := s.provider()
	if err != nil {
		return 0, err
	}
	sources := provider.ListSources()
	return sources[len(sources)-1].Version, nil
}

// Version returns the version of the database's schema, 0 while it has none.
func (s *Store) Version(ctx context.Context) (version int64, err error) {
	defer wrap(&err, "read schema version")
	if s.engine == sqlite {
		var tables int
		err = s.read.get(ctx, &tables, `SELECT count(*) FROM sqlite_master WHERE name = 'goose_db_version'`)
		if err != nil || tables == 0 {
			return 0, err
		}
	}
	err = s.read.get(ctx, &version, `SELECT COALESCE(max(version_id), 0) FROM goose_db_version`)
	if isNoTable(err) {
		return 0, nil
	}
	return version, err
}
