package intake

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"relevo/handoff"
	"relevo/internal/request"
	"relevo/store"
)

// The fetcher's times.
const (
	fetchLease   = time.Minute // longer than any call to a tool may take
	fetchPoll    = time.Second // how often new notices are looked for
	firstWait    = 5 * time.Second
	longestWait  = time.Hour        // of one lead's
	longestRest  = 5 * time.Minute  // of a tool that has trouble
	refusedRest  = 10 * time.Minute // of a tool that refuses the token
	goneAfter    = 6 * time.Hour    // how old a notice must be for a tool to be believed that there is no such person
	lateAfter    = 24 * time.Hour
	lateReminder = time.Hour
)

// Fetcher reads the leads of which a tool has told only where they are. Several processes may run one each.
type Fetcher struct {
	Config
	sources []source // those that are on and whose leads are read
	client  *http.Client
	by      string
	poll    time.Duration

	mu    sync.Mutex
	rests map[string]rest // by source

	reminded time.Time // when it was last said that leads wait too long
}

// rest is how a source is left alone that gives nothing at the moment.
type rest struct {
	until    time.Time
	failures int    // in a row
	trouble  string // what is in the way, when it does not pass by itself or goes on for long
}

// NewFetcher returns the fetcher for the sources that are on.
func NewFetcher(c Config) *Fetcher {
	f := &Fetcher{Config: c, client: newAsker(), by: "fetcher " + rand.Text(), poll: fetchPoll, rests: map[string]rest{}}
	f.sources = slices.DeleteFunc(sources(c.Secrets), func(s source) bool { return s.ask == nil || !s.on() })
	return f
}

// Run reads what is to be read until the context ends. A slow tool holds nobody up but its own leads.
func (f *Fetcher) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, from := range f.sources {
		g.Go(func() error {
			return f.every(ctx, func() {
				for ctx.Err() == nil && f.step(ctx, from) {
				}
			})
		})
	}
	g.Go(func() error { return f.every(ctx, func() { f.remind(ctx) }) })
	return g.Wait()
}

func (f *Fetcher) every(ctx context.Context, do func()) error {
	poll := time.NewTicker(f.poll)
	defer poll.Stop()
	for {
		do()
		select {
		case <-ctx.Done():
			return nil
		case <-poll.C:
		}
	}
}

// step reads one lead of a source, and tells whether it is worth looking for another now.
func (f *Fetcher) step(ctx context.Context, from source) bool {
	now := f.Now()
	if now.Before(f.resting(from.name).until) {
		return false
	}
	job, err := f.Store.ClaimFetch(ctx, f.by, now, fetchLease, from.name)
	if errors.Is(err, handoff.ErrNotFound) {
		return false
	}
	ctx = request.Begin(ctx)
	if err == nil {
		err = f.fetch(ctx, from, job)
	}
	if err != nil && ctx.Err() == nil { // the store's: what was claimed is free again when the lease is over
		f.Logger.ErrorContext(ctx, "leads not fetched", "source", from.name, "error", err)
	}
	return err == nil
}

// fetch does what was claimed. It fails only when the store does.
func (f *Fetcher) fetch(ctx context.Context, from source, job store.Fetch) error {
	ws, err := f.Store.WorkspaceByID(ctx, job.Workspace)
	if err != nil {
		return err
	}
	if job.Withdrawn {
		known, err := f.Store.Known(ctx, ws.ID, from.id(job.Ref))
		if err != nil {
			return err
		}
		if !known {
			return f.drop(ctx, from, job, "nobody here")
		}
	}
	b, err := f.ask(ctx, from, job.Ref)
	if ctx.Err() != nil {
		return ctx.Err() // stopping
	}
	if err != nil {
		return f.failed(ctx, from, ws, job, err)
	}
	f.answered(ctx, from)
	switch {
	case job.Withdrawn && len(b.merges) > 0: // no more than merged: nothing but that is kept
		b.entries = nil
	case job.Withdrawn:
		return f.drop(ctx, from, job, "still there")
	case len(b.entries) == 0:
		return f.drop(ctx, from, job, strings.Join(b.ignored, ", "))
	}
	return f.keep(ctx, from, ws, job, b)
}

// ask reads a person from a tool. What it fails with is *unread.
func (f *Fetcher) ask(ctx context.Context, from source, ref string) (b batch, err error) {
	defer func() {
		if r := recover(); r != nil {
			f.Logger.ErrorContext(ctx, "panic", "source", from.name, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = &unread{why: "the answer brought the program down"}
		}
	}()
	return from.ask(ctx, f.client, ref, f.Normaliser.mapping.named(from.name))
}

// keep stores what a fetch has brought. Of what is wrong with them only that part is left out: nobody would
// send it again.
func (f *Fetcher) keep(ctx context.Context, from source, ws store.Workspace, job store.Fetch, b batch) error {
	brought := store.Batch{Merges: from.merges(b), At: f.Now()}
	for _, e := range b.entries {
		a, wrong := f.Normaliser.arrival(from, e, f.Now(), ws.Location())
		if len(wrong) > 0 {
			f.Logger.WarnContext(ctx, "a lead is not as it should be", "source", from.name, "problems", wrong.Error())
			var err error
			if a, err = mend(a, wrong); err != nil {
				return f.drop(ctx, from, job, Problems{}.add(err).Error())
			}
		}
		if a.Received.IsZero() {
			a.Received = job.Received
		}
		brought.Arrivals = append(brought.Arrivals, a)
	}
	receipts, err := f.Store.Fetched(ctx, ws, job, brought)
	if errors.Is(err, handoff.ErrNotFound) {
		f.Logger.InfoContext(ctx, "a lead was fetched by another process, or withdrew meanwhile", "source", from.name)
		return nil
	}
	if err != nil {
		return err
	}
	for _, r := range receipts {
		f.Logger.InfoContext(ctx, "lead fetched", "source", from.name, "number", r.Number, "fate", r.Fate, "tries", job.Tries)
	}
	return nil
}

// mend leaves out what is wrong with an arrival, and keeps it to be read where that is of use.
func mend(a handoff.Arrival, wrong Problems) (handoff.Arrival, error) {
	if wrong.about("email") {
		a.Extras = append([]handoff.Extra{{Label: "Email", Value: a.Email, Shown: true}}, a.Extras...)
		a.Email, a.Mailbox = "", ""
	}
	if wrong.about("link") {
		a.Link = ""
	}
	if wrong.about("owner") {
		a.Owner = ""
	}
	return a.Clean()
}

func (f *Fetcher) drop(ctx context.Context, from source, job store.Fetch, why string) error {
	why = cmp.Or(why, "nothing there")
	f.Logger.InfoContext(ctx, "lead not taken", "source", from.name, "why", why)
	return f.Store.FetchDropped(ctx, job, why)
}

// failed stores when a lead is looked for again that could not be read, and lets its tool rest if it is the tool's
// trouble and not the lead's.
func (f *Fetcher) failed(ctx context.Context, from source, ws store.Workspace, job store.Fetch, err error) error {
	var u *unread
	if !errors.As(err, &u) {
		u = &unread{why: "the answer was not understood"}
	}
	if u.cause == gone {
		f.answered(ctx, from)
		// Whoever is said to have withdrawn is not asked for before that is believed.
		if job.Withdrawn || f.Now().Sub(job.Received) >= goneAfter {
			return f.gone(ctx, from, ws, job, u)
		}
	}
	now := f.Now()
	if u.kept > 0 && now.Sub(job.Received) >= u.kept {
		f.Logger.ErrorContext(ctx, "a lead could never be read and is given up: its tool keeps it no longer", "source", from.name, "problem", u.why, "since", job.Received)
		return f.drop(ctx, from, job, "given up: "+u.why)
	}
	next := f.rest(ctx, from, u, now)
	if u.cause != refused && u.cause != busy {
		// It may be this lead that the tool has trouble with: others come first when it has rested.
		next = next.Add(backoff(job.Tries, longestWait))
	}
	f.Logger.WarnContext(ctx, "lead not fetched yet", "source", from.name, "problem", u.why, "tries", job.Tries, "next", next.Sub(now).String())
	return f.Store.FetchFailed(ctx, job, u.why, next)
}

// gone drops what is not there. If that means that the person withdrew, all that is here of them is erased.
func (f *Fetcher) gone(ctx context.Context, from source, ws store.Workspace, job store.Fetch, u *unread) error {
	if job.Withdrawn { // what the tool does not keep, we don't either
		n, err := f.Store.Erase(ctx, ws.ID, store.Erasure{ExternalID: from.id(job.Ref)}, f.Now())
		if err != nil {
			return err
		}
		f.Logger.InfoContext(ctx, "a person withdrew", "source", from.name, "leads", n)
		return f.drop(ctx, from, job, "gone: "+u.why)
	}
	f.Logger.WarnContext(ctx, "a lead is not there; it is given up", "source", from.name, "problem", u.why, "since", job.Received)
	return f.drop(ctx, from, job, "gone: "+u.why)
}

// backoff returns how long to wait after the n-th failure in a row.
func backoff(n int, most time.Duration) time.Duration {
	return min(firstWait<<min(max(n-1, 0), 20), most)
}

// remind says once an hour that leads wait for more than a day.
func (f *Fetcher) remind(ctx context.Context) {
	now := f.Now()
	if now.Sub(f.reminded) < lateReminder {
		return
	}
	n, oldest, err := f.Store.Fetching(ctx, f.Workspace.ID)
	if err != nil || n == 0 || now.Sub(oldest) < lateAfter {
		return
	}
	f.reminded = now
	f.Logger.WarnContext(ctx, "leads wait to be fetched for more than a day", "leads", n, "since", oldest)
}
