package store

import (
	"context"
	"slices"
)

// stream is leads in the order in which they came in. The newest are read first, and the others when they are needed.
type stream struct {
	read  db
	query string // for the next rows: up to which spot, and how many
	args  []any
	rows  int    // so many
	spots []spot // of those that were read and not yet gone through, the newest last
	ended bool   // there is no more to read
}

// mostRows is how many rows a stream reads at a time, when it has read many.
const mostRows = 256

// upTo returns the newest lead that did not come in after the spot, and is through with those that did.
func (s *stream) upTo(ctx context.Context, p spot) (_ spot, found bool, err error) {
	for {
		i, at := slices.BinarySearchFunc(s.spots, p, spot.compare)
		if at {
			i++
		}
		if s.spots = s.spots[:i]; i > 0 {
			return s.spots[i-1], true, nil
		}
		if s.ended {
			return earliest, false, nil
		}
		var rows []runRow
		if err := s.read.list(ctx, &rows, s.query, append(slices.Clone(s.args), p.at, p.lead, s.rows)...); err != nil {
			return earliest, false, err
		}
		s.ended = len(rows) < s.rows
		s.rows = min(2*s.rows, mostRows)
		for _, row := range slices.Backward(rows) {
			s.spots = row.unpack(s.spots)
		}
	}
}

// union is the leads that are in any of the streams.
type union []*stream

func (u union) upTo(ctx context.Context, p spot) (newest spot, found bool, err error) {
	newest = earliest
	for _, s := range u {
		q, is, err := s.upTo(ctx, p)
		if err != nil {
			return earliest, false, err
		}
		if is && q.compare(newest) > 0 {
			newest, found = q, true
		}
	}
	return newest, found, nil
}

// meeting is the leads that are in each of the unions.
type meeting []union

// newest returns the newest leads that did not come in after the spot, so many unless there are fewer, and where to go on.
func (m meeting) newest(ctx context.Context, p spot, n int) (ids []int64, _ spot, err error) {
	for len(ids) < n {
		for i, agree := 0, 0; agree < len(m); i = (i + 1) % len(m) {
			q, found, err := m[i].upTo(ctx, p)
			if err != nil || !found {
				return ids, earliest, err
			}
			if agree++; q != p {
				p, agree = q, 1
			}
		}
		ids, p = append(ids, p.lead), p.before()
	}
	return ids, p, nil
}

const (
	everybodyQuery = `SELECT '' AS word, received_at, id AS first_lead, NULL AS packed FROM leads
		WHERE workspace_id = ? AND (received_at, id) <= (?, ?) ORDER BY received_at DESC, id DESC LIMIT ?`
	runsQuery = `SELECT ` + runColumns + ` FROM word_leads
		WHERE workspace_id = ? AND word = ? AND (received_at, first_lead) <= (?, ?) ORDER BY received_at DESC, first_lead DESC LIMIT ?`
	anyQuery = `SELECT ` + runColumns + ` FROM word_leads WHERE workspace_id = ? AND word >= ? AND word < ? LIMIT ?`
	// withQuery asks for the newest run of each word that another begins, going from one to the next until there are too many, and
	// whether it is the word's only one. The join is crossed for SQLite to leave its order alone.
	withQuery = `WITH RECURSIVE begun (word, n) AS (
			SELECT min(word), 1 FROM word_leads WHERE workspace_id = ? AND word >= ? AND word < ?
			UNION ALL SELECT (SELECT min(w.word) FROM word_leads w WHERE w.workspace_id = ? AND w.word > begun.word AND w.word < ?), n + 1 FROM begun WHERE word IS NOT NULL AND n <= ?)
		SELECT w.word, w.received_at, w.first_lead, w.packed, NOT EXISTS (SELECT 1 FROM word_leads b
			WHERE b.workspace_id = ? AND b.word = w.word AND (b.received_at, b.first_lead) < (w.received_at, w.first_lead)) AS only
		FROM begun CROSS JOIN word_leads w WHERE w.workspace_id = ? AND w.word = begun.word
			AND w.received_at = (SELECT max(b.received_at) FROM word_leads b WHERE b.workspace_id = ? AND b.word = begun.word)
		ORDER BY w.word, w.received_at, w.first_lead`
)

// everybody returns all leads of a workspace.
func (s *Store) everybody(ws int64) union {
	return union{{read: s.read, query: everybodyQuery, args: []any{ws}, rows: 32}}
}

// end returns what is behind every word that the word begins: none is beyond the last code point.
func end(word string) string { return word + "\U0010FFFF" }

// with returns the leads that have a word which this one begins, and how many such words there are, of more than manyWords one more.
func (s *Store) with(ctx context.Context, ws int64, word string) (all union, begins int, err error) {
	var rows []struct {
		runRow
		Only bool `db:"only"`
	}
	if err := s.read.list(ctx, &rows, withQuery, ws, word, end(word), ws, end(word), manyWords, ws, ws, ws); err != nil {
		return nil, 0, err
	}
	for i, row := range rows {
		if i == 0 || row.Word != rows[i-1].Word { // several began in the same instant
			all = append(all, &stream{read: s.read, query: runsQuery, args: []any{ws, row.Word}, rows: 4, ended: row.Only})
		}
		one := all[len(all)-1]
		one.spots = row.unpack(one.spots)
	}
	return all, len(all), nil
}

// withAny is with for a word that begins many: all that is stored of them is read, unless it is more than so many rows.
func (s *Store) withAny(ctx context.Context, ws int64, word string, atMost int) (all union, more bool, err error) {
	var rows []runRow
	if err := s.read.list(ctx, &rows, anyQuery, ws, word, end(word), atMost+1); err != nil || len(rows) > atMost {
		return nil, true, err
	}
	one := &stream{ended: true}
	for _, row := range rows {
		one.spots = row.unpack(one.spots)
	}
	slices.SortFunc(one.spots, spot.compare)
	return union{one}, false, nil
}
