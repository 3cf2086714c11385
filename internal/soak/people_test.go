package soak

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"relevo/internal/slackfake"
)

// What tells a person in this city from everything else, so that logs can be searched for it.
const (
	personDomain = "@people-of-the-soak.example"
	needWord     = "what-the-soak-needs"
)

// A ledger is what people and senders were told is done.
type ledger struct {
	mu    sync.Mutex
	leads map[string]int64 // number by external id
	notes map[string]bool  // of decisions, and of those that were taken back
}

func newLedger() *ledger {
	return &ledger{leads: map[string]int64{}, notes: map[string]bool{}}
}

// A sender is a tool that hands leads over, and does so again until it is told that they are received.
type sender struct {
	*city
	name   string
	random *rand.Rand
	sent   int
}

// work sends until ctx ends. Between two leads a breath is taken, or nobody else would get a word in.
func (s *sender) work(ctx context.Context) {
	breath := time.NewTicker(30 * time.Millisecond)
	defer breath.Stop()
	for ctx.Err() == nil {
		s.sent++
		id := fmt.Sprintf("%s-%d-%d", s.name, s.random.Uint32(), s.sent)
		// One in five is somebody who was there before.
		who := fmt.Sprint(s.random.IntN(1 << 40))
		if s.random.IntN(5) == 0 {
			who = fmt.Sprint(s.random.IntN(40))
		}
		body, _ := json.Marshal(map[string]any{
			"external_id": id, "name": "Soak " + id, "email": who + personDomain, "company": "Soak", "source": "Soak " + s.name, "campaign": "C" + fmt.Sprint(s.random.IntN(4)),
			"asks_contact": s.random.IntN(2) == 0,
		})
		for ctx.Err() == nil && !s.send(ctx, id, body) {
			<-breath.C
		}
		<-breath.C
	}
}

// send hands one lead over and tells whether it was received.
func (s *sender) send(ctx context.Context, id string, body []byte) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.front.URL+"/hooks/json", bytes.NewReader(body))
	if err != nil {
		s.t.Error(err)
		return true
	}
	r.Header.Set("Authorization", "Bearer "+intakeToken)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	var said struct {
		Leads []struct{ Number int64 }
	}
	err = json.NewDecoder(answer.Body).Decode(&said)
	switch {
	case answer.StatusCode == http.StatusAccepted && err == nil && len(said.Leads) == 1:
		s.ledger.mu.Lock()
		defer s.ledger.mu.Unlock()
		s.ledger.leads[id] = said.Leads[0].Number
		return true
	case slices.Contains([]int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusTooManyRequests}, answer.StatusCode):
		return false // later
	case answer.StatusCode == http.StatusAccepted:
		return false // cut off in the middle of the answer
	default:
		s.t.Errorf("a lead is answered %d: %+v", answer.StatusCode, said)
		return true
	}
}

// A rep decides on leads, takes decisions back, asks where leads stand, and sends again what was not acknowledged.
type rep struct {
	*city
	user   string
	random *rand.Rand
	typed  map[string]string // into the form that is open
	form   string            // its id
}

func (r *rep) work(ctx context.Context) {
	for ctx.Err() == nil {
		if v := r.fake.Modal(r.user); v != nil {
			r.finish(ctx, v)
			continue
		}
		switch r.random.IntN(8) {
		case 0:
			_ = r.fake.OpenHome(ctx, r.user) // a trouble may be in the way
		case 1:
			_, _ = r.fake.Command(ctx, r.user, slackfake.ChannelGeneral, "/lead soak")
		default:
			r.decide(ctx)
		}
	}
}

// decide opens a form at some card.
func (r *rep) decide(ctx context.Context) {
	cards := r.fake.Messages(slackfake.ChannelLeads)
	if len(cards) == 0 {
		r.breathe(ctx)
		return
	}
	card := cards[r.random.IntN(len(cards))]
	in, note := slackfake.InMessage(card.Channel, card.TS), fmt.Sprintf("%s %d", needWord, r.random.Uint64())
	back, accept := option(card.Blocks, "take_back:"), option(card.Blocks, "card.accept")
	var err error
	switch {
	case back != "" && r.random.IntN(4) == 0:
		r.typed, err = map[string]string{"why": note}, r.fake.Click(ctx, r.user, in, "card.menu", back)
	case accept == "":
		return
	case r.random.IntN(2) == 0:
		r.typed, err = map[string]string{"need": note}, r.fake.Click(ctx, r.user, in, "card.accept", "")
	default:
		r.typed, err = map[string]string{"reject.reason": []string{"wrong-role", timing}[r.random.IntN(2)], "note": note}, r.fake.Click(ctx, r.user, in, "card.reject", "")
	}
	if err != nil {
		r.breathe(ctx)
	}
}

// timing is a reason with which a lead comes back.
const timing = "no-need-now"

// breathe lets others work.
func (r *rep) breathe(ctx context.Context) {
	pause := time.NewTimer(20 * time.Millisecond)
	defer pause.Stop()
	select {
	case <-ctx.Done():
	case <-pause.C:
	}
}

// finish sends the form that is open. One that came late, over another that was filled in, is closed.
func (r *rep) finish(ctx context.Context, v *slackfake.View) {
	if r.form != v.ID && r.form != "" || v.Submit == "" || r.typed == nil {
		r.form = ""
		_ = r.fake.CloseView(ctx, r.user, v.ID)
		return
	}
	r.form = v.ID
	if r.typed["reject.reason"] == timing && option(v.Blocks, "back:") == "" {
		_ = r.fake.Click(ctx, r.user, slackfake.InView(v.ID), "reject.reason", timing) // asks for the day
		r.breathe(ctx)
		return
	}
	got, err := r.fake.Submit(ctx, r.user, v.ID, r.typed)
	switch {
	case err != nil:
		if strings.Contains(err.Error(), "has no input") { // another form than the one that was asked for
			r.form = ""
			_ = r.fake.CloseView(ctx, r.user, v.ID)
		}
		r.breathe(ctx)
		return
	case got.Closed:
		r.ledger.mu.Lock()
		r.ledger.notes[r.typed["need"]+r.typed["note"]+r.typed["why"]] = true
		r.ledger.mu.Unlock()
	case len(got.Errors) > 0 || got.View != nil: // somebody was first
		_ = r.fake.CloseView(ctx, r.user, v.ID)
	}
	r.form, r.typed = "", nil
}

// option finds a value or an action that begins so, anywhere in blocks.
func option(in any, prefix string) string {
	switch x := in.(type) {
	case []slackfake.Object:
		for _, one := range x {
			if found := option(one, prefix); found != "" {
				return found
			}
		}
	case slackfake.Object:
		for key, one := range x {
			if s, ok := one.(string); ok && (key == "value" || key == "action_id" || key == "block_id") && strings.HasPrefix(s, prefix) {
				return s
			}
			if found := option(one, prefix); found != "" {
				return found
			}
		}
	case []any:
		for _, one := range x {
			if found := option(one, prefix); found != "" {
				return found
			}
		}
	}
	return ""
}
