package intake

import (
	"context"
	"errors"
	"time"
)

// longTrouble is after how many failures in a row a tool's trouble is worth telling.
const longTrouble = 5

func (f *Fetcher) resting(source string) rest {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.rests[source]
}

// rest leaves a source alone for a while, and returns until when: until now when it was one lead alone that could not
// be read.
func (f *Fetcher) rest(ctx context.Context, from source, u *unread, now time.Time) (until time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.rests[from.name]
	was := r.trouble
	r.failures++
	switch u.cause {
	case unclear, gone:
		return now
	case forbidden: // a lead that stands in no other's way; a permission that is missing for all is told all the same
		r.until = now
		if r.failures >= longTrouble {
			r.trouble = u.why
		}
	case refused:
		r.until, r.trouble = now.Add(refusedRest), u.why
	default:
		r.until = now.Add(max(u.wait, backoff(r.failures, longestRest)))
		if r.failures >= longTrouble {
			r.trouble = u.why
		}
	}
	f.rests[from.name] = r
	if r.trouble != was {
		f.Logger.ErrorContext(ctx, "leads can't be fetched; they wait", "source", from.name, "problem", r.trouble, "see", "docs/sources/"+from.name+".md")
	}
	return r.until
}

// answered notes that a source answers as it should.
func (f *Fetcher) answered(ctx context.Context, from source) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.rests[from.name].trouble != "" {
		f.Logger.InfoContext(ctx, "leads can be fetched again", "source", from.name)
	}
	delete(f.rests, from.name)
}

// Trouble is a source whose leads can't be read.
type Trouble struct {
	Source string
	Why    string // nothing of any person
}

// Troubles returns what is in the way of reading leads at the moment, in the order of the sources.
func (f *Fetcher) Troubles() []Trouble {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []Trouble
	for _, from := range f.sources {
		if why := f.rests[from.name].trouble; why != "" {
			all = append(all, Trouble{from.name, why})
		}
	}
	return all
}

// nobody is a number that no tool gives to a person.
const nobody = "0"

// Troubles asks each tool whose leads are read for somebody who is not there, and returns those that can't be reached
// or refuse the token.
func (s Secrets) Troubles(ctx context.Context) []Trouble {
	client := newAsker()
	var all []Trouble
	for _, from := range sources(s) {
		if from.ask == nil || !from.on() {
			continue
		}
		_, err := from.ask(ctx, client, nobody, nil)
		var u *unread
		if errors.As(err, &u) && (u.cause == refused || u.cause == forbidden || u.cause == down) {
			all = append(all, Trouble{from.name, u.why})
		}
	}
	return all
}

// Reads lists the sources that are on and whose leads are read with the tool's API.
func (s Secrets) Reads() []string {
	var names []string
	for _, from := range sources(s) {
		if from.ask != nil && from.on() {
			names = append(names, from.name)
		}
	}
	return names
}
