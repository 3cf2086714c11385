package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"relevo/handoff"
)

// A word that few leads have leads to them at once. One that many have is found among the newest leads soon, and those are what is
// wanted: to collect all of a million leads whose names begin with an A, in order to show ten, would take a second. Only
// when neither helps are all leads found that have all of the words, by the index of words alone: the rarest word's first. So are
// several words at once when none of them is among the most frequent.
const (
	rare     = 1000    // how many leads a word has at most that is looked up
	several  = 20_000  // how many leads each of several words has at most that are looked up together
	newest   = 2000    // how many leads are looked through for the others
	frequent = 100_000 // of how many leads it is counted which of the others is rarer
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
	wanted, least, most, err := s.rarestFirst(ctx, ws, wanted, several)
	if err != nil {
		return nil, false, err
	}
	var ids []int64
	looked := wanted
	switch {
	case least <= rare:
		looked = wanted[:1]
	case len(wanted) == 1 || most > several:
		if ids, err = s.matching(ctx, wanted, limit+1, newestQuery, ws, newest); err != nil {
			return nil, false, err
		}
	}
	if len(ids) <= limit {
		if least > rare && most > several {
			if looked, _, _, err = s.rarestFirst(ctx, ws, wanted, frequent); err != nil {
				return nil, false, err
			}
		}
		ids, err = s.matching(ctx, wanted, limit+1, searchQuery(len(looked)), append(hitsOf(ws, looked), ws)...)
	}
	if err != nil || len(ids) == 0 {
		return nil, false, err
	}
	shown := ids[:min(len(ids), limit)]
	leads, err = s.leads(ctx, s.read, `SELECT id, `+leadColumns+` FROM leads WHERE id IN (`+marks(len(shown))+`) ORDER BY received_at DESC, id DESC`,
		slices.Collect(anys(slices.Values(shown)))...)
	return leads, len(ids) > limit, err
}

// hits are the leads of which a word begins with another. + 0 keeps the engines from looking up, one by one, the e-mail of every
// lead that has the word before.
const hits = `SELECT lead_id FROM lead_words WHERE workspace_id = ? AND word >= ? AND word < ?
	UNION ALL SELECT id + 0 FROM leads WHERE workspace_id = ? AND email >= ? AND email < ? AND email <> ''`

// hitsOf returns the arguments of hits for each of the words, the last one's first.
func hitsOf(ws int64, words []string) (args []any) {
	for _, word := range slices.Backward(words) {
		end := word + "\U0010FFFF" // no word is beyond the last code point
		args = append(args, ws, word, end, ws, word, end)
	}
	return args
}

const countQuery = `SELECT count(*) FROM (SELECT 1 FROM (` + hits + `) AS begins LIMIT ?) AS counted`

// rarestFirst returns the words in another order, that which the fewest leads have first, and how many leads have that and the
// last one; a lead may count more than once, and of more than enough no more are counted.
func (s *Store) rarestFirst(ctx context.Context, ws int64, wanted []string, enough int) (_ []string, least, most int, err error) {
	counts := map[string]int{}
	for _, w := range wanted {
		var n int
		if err := s.read.get(ctx, &n, countQuery, append(hitsOf(ws, []string{w}), enough+1)...); err != nil {
			return nil, 0, 0, err
		}
		counts[w] = n
	}
	ordered := slices.SortedStableFunc(slices.Values(wanted), func(a, b string) int { return cmp.Or(counts[a]-counts[b], len(b)-len(a)) })
	return ordered, counts[ordered[0]], counts[ordered[len(ordered)-1]], nil
}

const (
	candidate   = `SELECT id, name, company, email, website FROM leads WHERE `
	newestFirst = ` ORDER BY received_at DESC, id DESC`
	newestQuery = candidate + `workspace_id = ?` + newestFirst + ` LIMIT ?`
)

// searchQuery asks for the leads that have so many words. The words are found first and only then leads are looked at: left to
// choose, the engines may walk a word's entries once for every lead, or all leads from the newest on. + 0 takes the index for
// that away.
func searchQuery(words int) string {
	all := hits
	for range words - 1 {
		all = `SELECT lead_id FROM (` + hits + `) AS begins WHERE lead_id IN (` + all + `)`
	}
	return `WITH hits AS MATERIALIZED (` + all + `) ` + candidate + `id IN (SELECT lead_id FROM hits) AND workspace_id + 0 = ?` + newestFirst
}

// matching returns the ids of the first leads of a query that have all of the words.
func (s *Store) matching(ctx context.Context, wanted []string, limit int, query string, args ...any) (ids []int64, err error) {
	rows, err := s.read.on.QueryContext(ctx, s.read.sql(query), args...)
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
