package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"strconv"
)

// What can be wrong with moving a database.
var (
	ErrNotEmpty = errors.New("there is something in the database that is to be written")
	ErrInUse    = errors.New("a Relevo is working on the database")
)

// Copied is what became of one table.
type Copied struct {
	Table        string
	Rows         int64
	From, To     string // hashes of all rows on both sides, in a form that no engine changes
	SameOnBoth   bool
	Done, Tables int // how many of how many tables are done
}

// Copy writes all that is stored in one database into another one that is empty, in one transaction there, and tells of each
// table once it is done and compared. Both have this program's schema; when the copy is not the same, or anything fails,
// nothing is written. Rows are read and written as they come: it needs no more memory for more of them.
func Copy(ctx context.Context, from, to *Store, tell func(Copied)) (err error) {
	defer wrap(&err, "copy database")
	options := &sql.TxOptions{ReadOnly: true}
	if from.engine == postgres {
		options.Isolation = sql.LevelRepeatableRead // all tables as they were at one time
	}
	source, err := from.reader.BeginTxx(ctx, options)
	if err != nil {
		return err
	}
	defer source.Rollback()
	tables, err := from.tables(ctx, db{on: source})
	if err != nil {
		return err
	}
	err = to.tx(ctx, func(target db) error {
		theirs, err := to.tables(ctx, target)
		if err != nil {
			return err
		}
		if err := sameTables(tables, theirs); err != nil {
			return err
		}
		for _, t := range theirs {
			var filled bool
			if err := target.get(ctx, &filled, `SELECT EXISTS (SELECT 1 FROM `+t.name+`)`); err != nil {
				return err
			}
			if filled {
				return fmt.Errorf("%w: its table %s has rows", ErrNotEmpty, t.name)
			}
		}
		for i, t := range theirs {
			done := Copied{Table: t.name, Done: i + 1, Tables: len(theirs)}
			if done.Rows, done.From, err = copyTable(ctx, db{on: source}, target, t); err != nil {
				return fmt.Errorf("table %s: %w", t.name, err)
			}
			if _, done.To, err = hashTable(ctx, target, t); err != nil {
				return fmt.Errorf("table %s: %w", t.name, err)
			}
			done.SameOnBoth = done.From == done.To
			tell(done)
			if !done.SameOnBoth {
				return fmt.Errorf("table %s is not the same on both sides", t.name)
			}
			if err := to.goOnNumbering(ctx, target, t); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	to.analyze(context.WithoutCancel(ctx))
	return nil
}

// goOnNumbering has new rows numbered behind those that are there.
func (s *Store) goOnNumbering(ctx context.Context, tx db, t table) error {
	if s.engine != postgres || t.identity == "" {
		return nil // SQLite looks at the rows
	}
	_, err := tx.exec(ctx, `SELECT setval(pg_get_serial_sequence('`+t.name+`', '`+t.identity+`'), COALESCE(max(`+t.identity+`), 0) + 1, FALSE) FROM `+t.name)
	return err
}

func copyTable(ctx context.Context, from, to db, t table) (rows int64, hash string, err error) {
	var sum rowSum
	var values []any
	size := maxArgs / len(t.columns) * len(t.columns)
	err = eachRow(ctx, from, t, func(row []any) error {
		sum.add(row)
		rows++
		if values = append(values, row...); len(values) < size {
			return nil
		}
		err := insert(ctx, to, t.name, t.names(), values, "")
		values = values[:0]
		return err
	})
	if err == nil {
		err = insert(ctx, to, t.name, t.names(), values, "")
	}
	return rows, sum.String(), err
}

func hashTable(ctx context.Context, d db, t table) (rows int64, hash string, err error) {
	var sum rowSum
	err = eachRow(ctx, d, t, func(row []any) error {
		sum.add(row)
		rows++
		return nil
	})
	return rows, sum.String(), err
}

// eachRow calls f with the values of each row, which it may keep until it is called again.
func eachRow(ctx context.Context, d db, t table, f func([]any) error) error {
	rows, err := d.on.QueryxContext(ctx, `SELECT `+t.names()+` FROM `+t.name)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		row, err := rows.SliceScan()
		if err != nil {
			return err
		}
		if err := f(row); err != nil {
			return err
		}
	}
	return rows.Err()
}

// rowSum is a hash of rows in whatever order they come: the sum of the rows' own.
type rowSum [4]uint64

// add takes a row in. Each value says its kind and its length, so that no two rows read alike.
func (s *rowSum) add(row []any) {
	var text []byte
	for _, v := range row {
		switch v := v.(type) {
		case nil:
			text = append(text, "-;"...)
		case bool:
			text = strconv.AppendBool(text, v)
		case int64:
			text = strconv.AppendInt(text, v, 10)
		case float64:
			text = strconv.AppendFloat(text, v, 'g', -1, 64)
		case []byte:
			text = fmt.Appendf(text, "b%d:%x", len(v), v)
		case string:
			text = append(append(strconv.AppendInt(append(text, 't'), int64(len(v)), 10), ':'), v...)
		default:
			text = fmt.Appendf(text, "%T %v", v, v)
		}
		text = append(text, ';')
	}
	sum := sha256.Sum256(text)
	var carry uint64
	for i := range s {
		s[i], carry = bits.Add64(s[i], binary.LittleEndian.Uint64(sum[8*i:]), carry)
	}
}

// String returns the hash in 64 digits.
func (s rowSum) String() string {
	var all []byte
	for _, part := range s {
		all = binary.LittleEndian.AppendUint64(all, part)
	}
	return hex.EncodeToString(all)
}
