package outbound

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// version of the payload. It rises when a field is taken away or means something else; fields may be added at any time. See
// docs/webhooks.md, whose examples are made from these types.
const version = 1

// payload is the body of a webhook, as Standard Webhooks recommends it.
type payload struct {
	Type      handoff.Topic `json:"type"`
	Version   int           `json:"version"`
	Timestamp time.Time     `json:"timestamp"` // when it happened
	Data      data          `json:"data"`
}

type data struct {
	Workspace string        `json:"workspace"` // Slack's id of the team
	Lead      *leadData     `json:"lead,omitempty"`
	Cause     string        `json:"cause,omitempty"` // of lead.recycled: again, returned, rerouted
	Decision  *decisionData `json:"decision,omitempty"`
	Digest    *digestData   `json:"digest,omitempty"`
}

// leadData is the lead as it is when the message is sent. What is not known is left out.
type leadData struct {
	Number      int64         `json:"number"`
	ExternalIDs []string      `json:"external_ids,omitempty"`
	State       handoff.State `json:"state"`
	Version     int64         `json:"version,omitzero"`
	Round       int           `json:"round,omitzero"`

	Name        string  `json:"name,omitempty"`
	Email       string  `json:"email,omitempty"`
	Phone       string  `json:"phone,omitempty"`
	Company     string  `json:"company,omitempty"`
	Website     string  `json:"website,omitempty"`
	Role        string  `json:"role,omitempty"`
	Country     string  `json:"country,omitempty"`
	Industry    string  `json:"industry,omitempty"`
	Size        string  `json:"size,omitempty"`
	Language    string  `json:"language,omitempty"`
	Link        string  `json:"link,omitempty"`
	Source      string  `json:"source,omitempty"`
	Campaign    string  `json:"campaign,omitempty"`
	Activity    string  `json:"activity,omitempty"`
	AsksContact bool    `json:"asks_contact,omitzero"`
	Details     []extra `json:"details,omitempty"`

	Owner    string    `json:"owner,omitempty"` // Slack's id of a person
	Received time.Time `json:"received_at,omitzero"`
	Offered  time.Time `json:"offered_at,omitzero"`
	Due      time.Time `json:"due_at,omitzero"`
	Back     time.Time `json:"back_at,omitzero"`
}

type extra struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// decisionData is a decision on the lead: the one that was taken, or taken back.
type decisionData struct {
	Verdict   handoff.Verdict  `json:"verdict"`
	Round     int              `json:"round"`
	Reason    *reasonData      `json:"reason,omitempty"`
	Note      string           `json:"note,omitempty"` // of an acceptance: what the customer needs
	Horizon   handoff.Horizon  `json:"horizon,omitempty"`
	Foreseen  handoff.Foreseen `json:"foreseen,omitempty"`
	Back      time.Time        `json:"back_at,omitzero"`
	By        string           `json:"by,omitempty"` // Slack's id of a person
	At        time.Time        `json:"at"`
	TakenBack *takenBackData   `json:"taken_back,omitempty"`
}

type reasonData struct {
	Key  string       `json:"key"`
	Name string       `json:"name"`
	Lane handoff.Lane `json:"lane,omitempty"`
}

type takenBackData struct {
	By  string    `json:"by,omitempty"`
	At  time.Time `json:"at"`
	Why string    `json:"why,omitempty"`
}

type digestData struct {
	Week     string `json:"week"`    // as ISO 8601 counts them
	From     string `json:"from"`    // its Monday
	To       string `json:"to"`      // its Sunday
	Channel  string `json:"channel"` // Slack's id
	TS       string `json:"ts"`      // Slack's id of the message in the channel
	Received int    `json:"received"`
	Returned int    `json:"returned"`
	Accepted int    `json:"accepted"`
	Rejected int    `json:"rejected"`
	NotNow   int    `json:"not_now"`
}

// encode returns the body of the request.
func (p payload) encode() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(p)
	return bytes.TrimSpace(b.Bytes()), err
}

// leadPayload tells what happened to a lead. Of one whose person withdrew it has the number and the external ids.
func leadPayload(p *text.Printer, ws store.Workspace, topic handoff.Topic, t store.Told) payload {
	l := t.Lead
	body := payload{Type: topic, Version: version, Timestamp: t.Event.At, Data: data{Workspace: ws.TeamID}}
	if l.State == handoff.Erased {
		body.Data.Lead = &leadData{Number: l.Number, State: l.State, ExternalIDs: t.ExternalIDs}
		return body
	}
	body.Data.Lead = &leadData{
		Number: l.Number, ExternalIDs: t.ExternalIDs, State: l.State, Version: l.Version, Round: l.Round,
		Name: l.Name, Email: l.Email, Phone: l.Phone, Company: l.Company, Website: l.Website, Role: l.Role, Country: l.Country,
		Industry: l.Industry, Size: l.Size, Language: l.Language, Link: l.Link, Source: l.Source, Campaign: l.Campaign, Activity: l.Activity, AsksContact: l.AsksContact,
		Owner: l.Owner, Received: l.Received, Offered: l.Offered, Due: l.Due, Back: l.Back,
	}
	for _, x := range l.Extras {
		body.Data.Lead.Details = append(body.Data.Lead.Details, extra{x.Label, x.Value})
	}
	if topic == handoff.TopicRecycled {
		body.Data.Cause = map[handoff.EventKind]string{
			handoff.EventNewRound: "again", handoff.EventReturned: "returned", handoff.EventRerouted: "rerouted",
		}[t.Event.Kind]
	}
	if d := t.Decision; d.ID != 0 {
		body.Data.Decision = &decisionData{
			Verdict: d.Verdict, Round: d.Round, Note: d.Note, Horizon: d.Horizon, Foreseen: d.Foreseen, Back: d.Back, By: d.By, At: d.At,
		}
		if reasons := ws.Rules().Reasons; d.Reason != "" {
			body.Data.Decision.Reason = &reasonData{Key: d.Reason, Name: reasonName(p, reasons, d), Lane: reasons.Lane(d.Reason)}
		}
		if !d.Stands() {
			body.Data.Decision.TakenBack = &takenBackData{By: d.TakenBackBy, At: d.TakenBackAt, Why: d.TakenBackWhy}
		}
	}
	return body
}

// reasonName returns what a decision's reason was called when it was taken.
func reasonName(p *text.Printer, reasons handoff.Reasons, d handoff.Decision) string {
	r, _ := reasons.Find(d.Reason)
	if name := r.NameAt(d.At); name != "" {
		return name
	}
	if p.Has("reason." + d.Reason) {
		return p.T("reason." + d.Reason)
	}
	return d.Reason
}

// counts returns the sums of the week that a digest is about.
func (w *Worker) counts(ctx context.Context, ws store.Workspace, of string) (handoff.Counts, error) {
	week, err := handoff.ParseWeek(of, ws.Location())
	if err != nil {
		return handoff.Counts{}, err
	}
	tallies, err := w.Store.Tally(ctx, ws.ID, week.Start(), week.End())
	return handoff.Ledger{Week: week, Now: w.Now(), Tallies: [][]handoff.Tally{tallies}, Reasons: ws.Rules().Reasons}.Figures().Counts, err
}

// digestPayload tells that a week's digest is posted.
func digestPayload(ws store.Workspace, m store.Message, c handoff.Counts) payload {
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	return payload{Type: handoff.TopicDigest, Version: version, Timestamp: m.PostedAt().UTC(), Data: data{Workspace: ws.TeamID, Digest: &digestData{
		Week: m.Week, From: day(c.Week.Start()), To: day(c.Week.End().Add(-time.Second)), Channel: m.Channel, TS: strings.TrimSpace(m.TS),
		Received: c.Received, Returned: c.Returned, Accepted: c.Accepted, Rejected: c.Rejected, NotNow: c.NotNow,
	}}}
}
