// Package outbound tells others what happens in Relevo: web addresses, by signed requests, and the CRM, by writing there.
package outbound

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The worker's times.
const (
	patience    = 90 * time.Second // of all that belongs to one delivery
	lease       = 2 * time.Minute  // longer than that
	poll        = time.Second      // how often it is looked for something to tell
	maxLanes    = 4                // deliveries at a time to one endpoint, of one process
	firstRest   = 5 * time.Second
	longestRest = 5 * time.Minute
	refusedRest = 10 * time.Minute // of a CRM that refuses us: somebody has to mend that
	maxWait     = 24 * time.Hour   // how long an endpoint may ask to be left alone

	keepGivenUp  = 90 * 24 * time.Hour // how long what was given up can be resent
	forgetEvery  = time.Hour
	forgetAtOnce = 1000
)

// Config is what the worker works with.
type Config struct {
	Store      *store.Store
	Texts      *text.Catalogue
	Now        func() time.Time
	Logger     *slog.Logger
	HubSpot    HubSpot    // zero when it is off
	Salesforce Salesforce // zero when it is off

	// Tried is told of each try: delivered, needless, failed, given_up, conflict or gone. Nil for nobody.
	Tried func(kind store.EndpointKind, result string)
}

// Results lists what may come of a try.
func Results() []string {
	return []string{"delivered", "needless", "failed", "given_up", "conflict", "gone"}
}

// Worker makes the deliveries of all workspaces. Several processes may run one each: every delivery is made by one of them.
type Worker struct {
	Config
	sender *sender
	crms   map[store.EndpointKind]crm
	kinds  []store.EndpointKind
	by     string
	jitter func(time.Duration) time.Duration

	forgets time.Time // when it is next looked for what was given up long ago

	mu    sync.Mutex
	lanes map[int64]int // by endpoint
}

// New returns the worker. It tells webhooks, and the CRMs that are on.
func New(c Config) *Worker {
	w := &Worker{
		Config: c, sender: newSender(c.Now), crms: map[store.EndpointKind]crm{}, kinds: []store.EndpointKind{store.Webhook},
		by: "outbound " + rand.Text(), jitter: jitter, lanes: map[int64]int{},
	}
	if w.Tried == nil {
		w.Tried = func(store.EndpointKind, string) {}
	}
	client := &http.Client{Timeout: callPatience, CheckRedirect: noRedirect}
	if c.HubSpot.On() {
		w.crms[store.HubSpot] = &hubspot{c.HubSpot, api{client, hubspotErrors, c.Now}}
	}
	if c.Salesforce.On() {
		w.crms[store.Salesforce] = &salesforce{Salesforce: c.Salesforce, api: api{client, salesforceErrors, c.Now}}
	}
	for _, kind := range store.CRMs() {
		if w.crms[kind] != nil {
			w.kinds = append(w.kinds, kind)
		}
	}
	return w
}

// Switch notes which CRMs a workspace's decisions are written to, as the settings say: from now on, what happens is kept until
// they were told.
func (w *Worker) Switch(ctx context.Context, ws int64) error {
	for _, kind := range store.CRMs() {
		if err := w.Store.SwitchCRM(ctx, ws, kind, w.crms[kind] != nil, w.Now()); err != nil {
			return err
		}
	}
	return nil
}

// Run tells what there is to tell until the context ends. Each endpoint has lanes of its own, so a slow one holds up no other.
func (w *Worker) Run(ctx context.Context) error {
	var lanes sync.WaitGroup
	defer lanes.Wait()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		w.forget(ctx)
		w.start(ctx, &lanes)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// forget ends what was given up so long ago that nobody will resend it: some of it, each hour.
func (w *Worker) forget(ctx context.Context) {
	now := w.Now()
	if now.Before(w.forgets) {
		return
	}
	w.forgets = now.Add(forgetEvery)
	n, err := w.Store.ForgetGivenUp(ctx, now.Add(-keepGivenUp), forgetAtOnce)
	switch {
	case err != nil && ctx.Err() == nil:
		w.Logger.ErrorContext(ctx, "what was given up long ago is still there", "error", err)
	case n > 0:
		w.Logger.InfoContext(ctx, "forgotten, for it was given up long ago", "deliveries", n)
	}
}

// start opens one more lane to each endpoint that has something to be told, as long as it has few.
func (w *Worker) start(ctx context.Context, lanes *sync.WaitGroup) {
	due, err := w.Store.DueEndpoints(ctx, w.Now(), w.kinds...)
	if err != nil {
		if ctx.Err() == nil {
			w.Logger.ErrorContext(ctx, "outbox not read", "error", err)
		}
		return
	}
	for _, e := range due {
		if !w.enter(e.ID) {
			continue
		}
		lanes.Go(func() {
			defer w.leave(e.ID)
			for ctx.Err() == nil && w.step(ctx, e) {
			}
		})
	}
}

func (w *Worker) enter(endpoint int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lanes[endpoint] >= maxLanes {
		return false
	}
	w.lanes[endpoint]++
	return true
}

func (w *Worker) leave(endpoint int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lanes[endpoint]--; w.lanes[endpoint] == 0 {
		delete(w.lanes, endpoint)
	}
}

// step makes one delivery, and tells whether it is worth looking for another now.
func (w *Worker) step(ctx context.Context, e store.Endpoint) bool {
	d, err := w.Store.ClaimDelivery(ctx, e.ID, w.by, w.Now(), lease)
	if errors.Is(err, handoff.ErrNotFound) {
		return false
	}
	var out outcome
	if err == nil {
		out, err = w.deliver(ctx, e, d)
	}
	if ctx.Err() != nil && (err != nil || out.fate != done) {
		return false // stopping: what was claimed is free again when the lease is over
	}
	if err == nil {
		err = w.settle(context.WithoutCancel(ctx), e, d, out)
	}
	if err != nil {
		w.Logger.ErrorContext(ctx, "not delivered", "endpoint", e.ID, "kind", e.Kind, "error", err)
	}
	return err == nil && !out.ill
}

// deliver tells an endpoint what was claimed. It fails only when the store does.
func (w *Worker) deliver(ctx context.Context, e store.Endpoint, d store.Delivery) (out outcome, err error) {
	defer func() {
		if r := recover(); r != nil {
			w.Logger.ErrorContext(ctx, "panic", "endpoint", e.ID, "panic", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			out, err = outcome{fate: later, why: "it brought the program down"}, nil
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	told, err := w.Store.Told(ctx, d)
	if errors.Is(err, handoff.ErrNotFound) || err == nil && told.Lead.State == handoff.Erased && d.Topic != handoff.TopicErased {
		return outcome{fate: done, why: "nothing is left to tell"}, nil
	}
	if err != nil {
		return outcome{}, err
	}
	ws, err := w.Store.WorkspaceByID(ctx, d.Workspace)
	if err != nil {
		return outcome{}, err
	}
	if e.Kind != store.Webhook {
		return w.tellCRM(ctx, w.crms[e.Kind], ws, e, d, told)
	}
	return w.post(ctx, ws, e, d, told)
}

// Checked is what a CRM answered when it was asked whether it can be written to.
type Checked struct{ Name, Why string } // Why is empty when nothing is in the way

// Check asks each CRM that is on whether it lets us in, and has the fields that are written. It reads nobody's data and writes
// nothing.
func (w *Worker) Check(ctx context.Context) (all []Checked) {
	for _, kind := range w.kinds {
		c := w.crms[kind]
		if c == nil {
			continue
		}
		found := Checked{Name: c.name()}
		if err := c.check(ctx); err != nil {
			found.Why = failed(c, err).why
		}
		all = append(all, found)
	}
	return all
}

// post sends a webhook.
func (w *Worker) post(ctx context.Context, ws store.Workspace, e store.Endpoint, d store.Delivery, told store.Told) (outcome, error) {
	if d.Topic == handoff.TopicDigest {
		counts, err := w.counts(ctx, ws, told.Digest.Week)
		if err != nil {
			return outcome{}, err
		}
		return w.send(ctx, e, d.Key, digestPayload(ws, told.Digest, counts))
	}
	return w.send(ctx, e, d.Key, leadPayload(w.Texts.In(ws.Language), ws, d.Topic, told))
}

func (w *Worker) send(ctx context.Context, e store.Endpoint, key string, p payload) (outcome, error) {
	body, err := p.encode()
	if err != nil {
		return outcome{}, err
	}
	secrets, err := w.Store.Secrets(e, w.Now())
	if err != nil {
		return outcome{fate: later, why: "its secret can't be opened: see relevo doctor", ill: true}, nil
	}
	return w.sender.send(ctx, e, secrets, "msg_"+key, body), nil
}

// Test sends an endpoint a message that says no more than that it is a test, and returns what went wrong; empty when nothing
// did.
func (w *Worker) Test(ctx context.Context, ws store.Workspace, e store.Endpoint) (string, error) {
	out, err := w.send(ctx, e, rand.Text(), payload{Type: "webhook.test", Version: version, Timestamp: w.Now().UTC(), Data: data{Workspace: ws.TeamID}})
	return out.why, err
}
