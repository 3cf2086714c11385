package store

import (
	"context"
	"slices"
	"strings"

	"relevo/handoff"
)

// A word that few leads have leads to them at once. One that many have is found among the newest leads soon, and those are what is
// wanted: to collect all of a million leads whose names begin with an A, in order to show ten, would take a second. Only
// when neither helps is everything looked at that has the rarest word.
const (
	rare   = 1000 // how many leads a word has at most that is looked up
	newest = 2000 // how many leads are looked through for the others
)

// Search returns the leads of which every one of the words begins a word of the name, the company, the e-mail or
// the website's domain, without regard to case and accents, newest first and at most limit, and whether there are
// more. Without any word it returns none.
func (s *Store) Search(ctx context.Context, ws int64, query string, limit int) (leads []handoff.Lead, more bool, err error) {
	defer wrap(&err, "search leads")
	wanted := queryWords(query)
	if len(wanted) == 0 {
		return nil, false, nil
	}
	word, n, err := s.rarest(ctx, ws, wanted)
	if err != nil {
		return nil, false, err
	}
	var ids []int64
	if n > rare {
		ids, err = s.matching(ctx, wanted, limit+1, newestQuery, ws, newest)
	}
	if len(ids) <= limit && err == nil {
		ids, err = s.matching(ctx, wanted, limit+1, searchQuery, append(hitsOf(ws, word), ws)...)
	}
	if err != nil || len(ids) == 0 {
		return nil, false, err
	}
	shown := ids[:min(len(ids), limit)]
	leads, err = s.leads(ctx, s.read, `SELECT id, `+leadColumns+` FROM leads WHERE id IN (`+marks(len(shown))+`) ORDER BY received_at DESC, id DESC`,
		slices.Collect(anys(slices.Values(shown)))...)
	return leads, len(ids) > limit, err
}

// hits are the leads of which a word begins with another.
const hits = `SELECT lead_id FROM lead_words WHERE workspace_id = ? AND word >= ? AND word < ?
	UNION ALL SELECT id FROM leads WHERE workspace_id = ? AND email >= ? AND email < ? AND email <> ''`

func hitsOf(ws int64, word string) []any {
	end := word + "\U0010FFFF" // no word is beyond the last code point
	return []any{ws, word, end, ws, word, end}
}

const rarestQuery = `SELECT count(*) FROM (SELECT 1 FROM (` + hits + `) AS begins LIMIT ?) AS counted`

// rarest returns the word that the fewest leads have, and how many they are; a lead may count more than once, and of more than
// rare no more are counted.
func (s *Store) rarest(ctx context.Context, ws int64, wanted []string) (word string, least int, err error) {
	for i, w := range wanted {
		var n int
		if err := s.read.get(ctx, &n, rarestQuery, append(hitsOf(ws, w), rare+1)...); err != nil {
			return "", 0, err
		}
		if i == 0 || n < least || n == least && len(w) > len(word) {
			word, least = w, n
		}
	}
	return word, least, nil
}

const (
	candidate   = `SELECT id, name, company, email, website FROM leads WHERE `
	newestFirst = ` ORDER BY received_at DESC, id DESC`
	newestQuery = candidate + `workspace_id = ?` + newestFirst + ` LIMIT ?`
	// The words are found first and only then leads are looked at: left to choose, the engines may walk a word's entries once
	// for every lead, or all leads from the newest on. + 0 takes the index for that away.
	searchQuery = `WITH hits AS MATERIALIZED (` + hits + `) ` + candidate + `id IN (SELECT lead_id FROM hits) AND workspace_id + 0 = ?` + newestFirst
)

// matching returns the ids of the first leads of a query that have all of the words.
func (s *Store) matching(ctx context.Context, wanted []string, limit int, query string, args ...any) (ids []int64, err error) {
	rows, err := s.reader.QueryContext(ctx, s.reader.Rebind(query), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for len(ids) < limit && rows.Next() {
		var id int64
		var p handoff.Person
		if err := rows.Scan(&id, &p.Name, &p.Company, &p.Email, &p.Website); err != nil {
			return nil, err
		}
		if has(p, wanted) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

// has tells whether each of the wanted words begins a word of the person's, or the e-mail as it stands.
func has(p handoff.Person, wanted []string) bool {
	known := words(p)
	for _, w := range wanted {
		i, _ := slices.BinarySearch(known, w)
		if (i == len(known) || !strings.HasPrefix(known[i], w)) && !strings.HasPrefix(p.Email, w) {
			return false
		}
	}
	return true
}

// queryWords returns what must be found: not more than maxQueryWords words, and none that begins another.
func queryWords(query string) []string {
	wanted := longest(slices.Compact(slices.Sorted(slices.Values(tokens(query)))))
	return wanted[:min(len(wanted), maxQueryWords)]
}
