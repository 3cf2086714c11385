package store

import (
	"context"
	"math"
	"slices"
	"strings"

	"relevo/handoff"
)

const (
	manyWords = 100  // how many stored words a word begins at most for the leads of each to be gone through side by side
	manyRows  = 1000 // how many rows are read at once of a word that begins more
	manyLeads = 2000 // how many leads are looked at themselves before more rows are read
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
	ids, err := s.search(ctx, ws, wanted, limit+1)
	if err != nil || len(ids) == 0 {
		return nil, false, err
	}
	shown := ids[:min(len(ids), limit)]
	leads, err = s.leads(ctx, s.read, `SELECT id, `+leadColumns+` FROM leads WHERE id IN (`+marks(len(shown))+`) ORDER BY received_at DESC, id DESC`,
		slices.Collect(anys(slices.Values(shown)))...)
	return leads, len(ids) > limit, err
}

// search returns the newest leads that have all of the words, at least so many unless there are fewer. The leads of each stored
// word are in order: those of all words are gone through side by side. What begins very many stored words, as a single letter
// does, is looked for in the leads themselves, and found among the newest soon; only when it is not is all read that is stored of it.
func (s *Store) search(ctx context.Context, ws int64, wanted []string, enough int) (ids []int64, err error) {
	var known meeting
	var vague []string
	for _, word := range storedAs(wanted) {
		with, begins, err := s.with(ctx, ws, word)
		if err != nil || begins == 0 {
			return nil, err
		}
		more := false
		if begins > manyWords {
			if with, more, err = s.withAny(ctx, ws, word, manyRows); err != nil {
				return nil, err
			}
		}
		if more {
			vague = append(vague, word)
		} else {
			known = append(known, with)
		}
	}
	all, sure := known, len(vague) == 0 && !slices.ContainsFunc(wanted, composed)
	if len(known) == 0 {
		all = meeting{s.everybody(ws)}
	}
	for seen, next := 0, latest; len(ids) < enough && next != earliest; {
		if seen >= manyLeads {
			for _, word := range vague {
				with, _, err := s.withAny(ctx, ws, word, math.MaxInt32)
				if err != nil {
					return nil, err
				}
				known = append(known, with)
			}
			all, vague = known, nil
		}
		var some []int64
		if some, next, err = all.newest(ctx, next, max(enough-len(ids), seen)); err != nil {
			return nil, err
		}
		seen += len(some)
		if !sure {
			if some, err = s.having(ctx, some, wanted); err != nil {
				return nil, err
			}
		}
		ids = append(ids, some...)
	}
	return ids, nil
}

// storedAs returns the words as which those that are wanted are stored, or enough of them.
func storedAs(wanted []string) []string {
	var stored []string
	for _, word := range wanted {
		if composed(word) {
			stored = append(stored, strings.FieldsFunc(word, notWord)...)
		} else {
			stored = append(stored, word)
		}
	}
	slices.Sort(stored)
	stored = longest(slices.Compact(stored))
	return stored[:min(len(stored), maxQueryWords)]
}

// having returns those of the leads that have all of the words.
func (s *Store) having(ctx context.Context, ids []int64, wanted []string) ([]int64, error) {
	kept := make([]int64, 0, len(ids))
	for some := range slices.Chunk(ids, 500) {
		var people []struct {
			handoff.Person
			ID int64 `db:"id"`
		}
		err := s.read.list(ctx, &people, `SELECT id, name, company, email, website FROM leads WHERE id IN (`+marks(len(some))+`) ORDER BY received_at DESC, id DESC`,
			slices.Collect(anys(slices.Values(some)))...)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if has(p.Person, wanted) {
				kept = append(kept, p.ID)
			}
		}
	}
	return kept, nil
}

// has tells whether each of the wanted words begins a word of the person's.
func has(p handoff.Person, wanted []string) bool {
	known := words(p)
	for _, w := range wanted {
		if i, _ := slices.BinarySearch(known, w); i == len(known) || !strings.HasPrefix(known[i], w) {
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
