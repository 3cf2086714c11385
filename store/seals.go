package store

import "context"

// sealedColumn is a column of sealed secrets. Its table has workspace_id, NULL where the row is no workspace's own.
type sealedColumn struct {
	table, column string
	row           string // the SQL of place.row, of columns that never change
}

// sealedColumns are all of them: whoever adds one adds it here, or a change of keys would leave it behind.
var sealedColumns = []sealedColumn{
	{"installations", "bot_token", "team_id || '/' || enterprise_id"},
	{"installations", "refresh_token", "team_id || '/' || enterprise_id"},
	{"endpoints", "secret", "url"},
	{"endpoints", "old_secret", "url"},
}

type sealedRow struct {
	Workspace int64  `db:"workspace_id"`
	Row       string `db:"place"`
	Sealed    string `db:"sealed"`
}

func (c sealedColumn) place(r sealedRow) place {
	return place{c.table + "." + c.column, r.Workspace, r.Row}
}

func (c sealedColumn) rows(ctx context.Context, in db) (rows []sealedRow, err error) {
	err = in.list(ctx, &rows, `SELECT COALESCE(workspace_id, 0) AS workspace_id, `+c.row+` AS place, `+c.column+` AS sealed
		FROM `+c.table+` WHERE `+c.column+` <> ''`)
	return rows, err
}

// CheckSeals tells whether every stored secret can be opened, and how many are not sealed with the newest key. It fails with
// ErrNoKey, ErrWrongKey or ErrBroken.
func (s *Store) CheckSeals(ctx context.Context) (old int, err error) {
	defer wrap(&err, "check secrets")
	for _, c := range sealedColumns {
		rows, err := c.rows(ctx, s.read)
		if err != nil {
			return 0, err
		}
		for _, r := range rows {
			if _, err := s.keys.open(r.Sealed, c.place(r)); err != nil {
				return 0, err
			}
			if !s.keys.newest(r.Sealed) {
				old++
			}
		}
	}
	return old, nil
}

// Reseal seals every stored secret with the newest key and returns how many had another one. It may run beside the bot; a
// secret that changes meanwhile is sealed by whoever changes it. When it fails, with what CheckSeals fails with, nothing was
// changed.
func (s *Store) Reseal(ctx context.Context) (n int, err error) {
	defer wrap(&err, "seal secrets anew")
	err = s.tx(ctx, func(tx db) error {
		for _, c := range sealedColumns {
			rows, err := c.rows(ctx, tx)
			if err != nil {
				return err
			}
			for _, r := range rows {
				secret, err := s.keys.open(r.Sealed, c.place(r))
				if err != nil {
					return err
				}
				if s.keys.newest(r.Sealed) {
					continue
				}
				anew, err := s.keys.seal(secret, c.place(r))
				if err != nil {
					return err
				}
				changed, err := tx.exec(ctx, `UPDATE `+c.table+` SET `+c.column+` = ? WHERE `+c.column+` = ?`, anew, r.Sealed)
				if err != nil {
					return err
				}
				n += int(changed)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
