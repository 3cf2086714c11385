package store

import (
	"cmp"
	"context"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"

	"relevo/handoff"
)

// spot is where a lead is in the order in which leads came in.
type spot struct{ at, lead int64 }

func spotOf(l handoff.Lead) spot { return spot{toMillis(l.Received), l.ID} }

var earliest, latest = spot{math.MinInt64, math.MinInt64}, spot{math.MaxInt64, math.MaxInt64}

func (p spot) compare(q spot) int {
	return cmp.Or(cmp.Compare(p.at, q.at), cmp.Compare(p.lead, q.lead))
}

// before returns the spot right before.
func (p spot) before() spot { return spot{p.at, p.lead - 1} }

// run is a row of word_leads: some of the leads that have a word, in order. The first one is the row's key, and those behind it are
// packed into a few bytes each. A word that many have has many runs, each of which ends before the next one begins.
type run struct {
	spots   []spot
	changed bool
}

// longestRun is how many leads a run has at most: so many as fit into a row that SQLite keeps on one page.
const longestRun = 128

// pack returns what is stored of the leads behind the first.
func (r run) pack() []byte {
	packed := make([]byte, 0, 6*len(r.spots))
	for i, p := range r.spots[1:] {
		packed = binary.AppendUvarint(packed, uint64(p.at-r.spots[i].at))
		packed = binary.AppendVarint(packed, p.lead-r.spots[i].lead)
	}
	return packed
}

// runRow is a run as it is stored.
type runRow struct {
	Word     string `db:"word"`
	Received int64  `db:"received_at"`
	Lead     int64  `db:"first_lead"`
	Packed   []byte `db:"packed"`
}

const runColumns = `word, received_at, first_lead, packed`

// unpack appends the run's leads to others.
func (r runRow) unpack(spots []spot) []spot {
	p := spot{r.Received, r.Lead}
	spots = append(spots, p)
	for packed := r.Packed; len(packed) > 0; {
		later, n := binary.Uvarint(packed)
		apart, m := binary.Varint(packed[max(n, 0):])
		if n <= 0 || m <= 0 {
			break // no other program should have written there
		}
		p, packed = spot{p.at + int64(later), p.lead + apart}, packed[n+m:]
		spots = append(spots, p)
	}
	return spots
}

// put adds a lead to a word's runs.
func put(runs []run, p spot) []run {
	i, found := slices.BinarySearchFunc(runs, p, func(r run, p spot) int { return r.spots[0].compare(p) })
	if found {
		return runs
	}
	if i == 0 {
		return slices.Insert(runs, 0, run{[]spot{p}, true})
	}
	r := &runs[i-1]
	j, found := slices.BinarySearchFunc(r.spots, p, spot.compare)
	switch {
	case found:
		return runs
	case j == longestRun: // nearly always, for leads are added as they come in
		return slices.Insert(runs, i, run{[]spot{p}, true})
	}
	r.spots, r.changed = slices.Insert(r.spots, j, p), true
	if len(r.spots) <= longestRun {
		return runs
	}
	rest := slices.Clone(r.spots[longestRun/2:])
	r.spots = r.spots[:longestRun/2]
	return slices.Insert(runs, i, run{rest, true})
}

// addWords stores who has the words, the leads of each in order. Whoever adds some holds the workspace's lock.
func addWords(ctx context.Context, tx db, ws int64, found map[string][]spot) error {
	words := slices.Sorted(maps.Keys(found)) // a page of the index after the other: at random, hardly two would meet on the same one
	values := room(len(words), "workspace_id, "+runColumns)
	for some := range slices.Chunk(words, 500) {
		spans := make([]any, 0, 4*len(some))
		for _, word := range some {
			from, to := found[word][0], found[word][len(found[word])-1]
			spans = append(spans, word, from.at, from.lead, to.at)
		}
		runs, err := runsOf(ctx, tx, ws, spans)
		if err != nil {
			return err
		}
		for _, word := range some {
			all := runs[word]
			for _, p := range found[word] {
				all = put(all, p)
			}
			for _, r := range all {
				if r.changed {
					values = append(values, ws, word, r.spots[0].at, r.spots[0].lead, r.pack())
				}
			}
		}
	}
	return insert(ctx, tx, "word_leads", "workspace_id, "+runColumns, values, ` ON CONFLICT (workspace_id, word, received_at, first_lead) DO UPDATE SET packed = excluded.packed`)
}

// dropWords stores that a lead has none of the words any more.
func dropWords(ctx context.Context, tx db, ws int64, words []string, p spot) error {
	runs, err := runsWith(ctx, tx, ws, words, p)
	if err != nil {
		return err
	}
	for word, r := range runs {
		first := r.spots[0]
		if _, err := tx.exec(ctx, `DELETE FROM word_leads WHERE workspace_id = ? AND word = ? AND received_at = ? AND first_lead = ?`, ws, word, first.at, first.lead); err != nil {
			return err
		}
		r.spots = slices.DeleteFunc(r.spots, func(q spot) bool { return q == p })
		if len(r.spots) == 0 {
			continue
		}
		if err := insert(ctx, tx, "word_leads", "workspace_id, "+runColumns, []any{ws, word, r.spots[0].at, r.spots[0].lead, r.pack()}, ""); err != nil {
			return err
		}
	}
	return nil
}

// runsWith returns, by those of the words that a lead has, the run that it is in.
func runsWith(ctx context.Context, on db, ws int64, words []string, p spot) (map[string]run, error) {
	with := map[string]run{}
	if len(words) == 0 {
		return with, nil
	}
	spans := make([]any, 0, 4*len(words))
	for _, word := range words {
		spans = append(spans, word, p.at, p.lead, p.at)
	}
	runs, err := runsOf(ctx, on, ws, spans)
	for word, all := range runs {
		for _, r := range all {
			if slices.Contains(r.spots, p) {
				with[word] = r
			}
		}
	}
	return with, err
}

// runsOf returns by word the runs in which leads are or should be, in order. A span is a word, the time and the id of the first of
// its leads, and the time of the last.
func runsOf(ctx context.Context, on db, ws int64, spans []any) (map[string][]run, error) {
	var rows []runRow
	err := on.list(ctx, &rows, spansQuery(len(spans)/4), append(spans, ws, ws)...)
	runs := map[string][]run{}
	for _, r := range rows {
		runs[r.Word] = append(runs[r.Word], run{spots: r.unpack(nil)})
	}
	return runs, err
}

// spansQuery asks for the runs of so many spans, from that on in which the first lead is. The join is crossed for SQLite to leave
// its order alone.
func spansQuery(n int) string {
	const span = `(?, CAST(? AS BIGINT), CAST(? AS BIGINT), CAST(? AS BIGINT))`
	return `WITH spans (word, first_at, first_id, last_at) AS (VALUES ` + span + strings.Repeat(`, `+span, n-1) + `)
		SELECT w.word, w.received_at, w.first_lead, w.packed FROM spans CROSS JOIN word_leads w WHERE w.workspace_id = ? AND w.word = spans.word AND w.received_at <= spans.last_at
			AND w.received_at >= COALESCE((SELECT b.received_at FROM word_leads b WHERE b.workspace_id = ? AND b.word = spans.word
				AND (b.received_at, b.first_lead) <= (spans.first_at, spans.first_id) ORDER BY b.received_at DESC, b.first_lead DESC LIMIT 1), spans.first_at)
		ORDER BY w.word, w.received_at, w.first_lead`
}
