package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The modal that rejects several leads for one reason, and passes them on when that says so. Nobody accepts several: each
// acceptance says what that customer needs.

const (
	actBulk    = "bulk.open"
	viewBulk   = "bulk"
	blockLeads = "leads"
	maxBulk    = 100 // what a menu offers
	maxLeft    = 15  // how many leads that were left alone are told about: an answer of 20 KB would be dropped
)

func (a *App) openBulk(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayDecide(c.Actor); err != nil {
		return err
	}
	mine, others, err := a.bulkLeads(ctx, c.scene)
	if err != nil {
		return err
	}
	if len(mine)+len(others) == 0 {
		return a.open(ctx, c.scene, noticeView(c.P, c.P.T("home.none_open"), nil))
	}
	return a.open(ctx, c.scene, bulkView(c.P, c.Workspace.Rules(), mine, others, a.Now()))
}

// bulkLeads are the open leads that may be chosen, somebody's own first, the most urgent of each first.
func (a *App) bulkLeads(ctx context.Context, s scene) (mine, others []handoff.Lead, err error) {
	open := []handoff.State{handoff.Open}
	if mine, _, err = a.Store.Leads(ctx, s.Workspace.ID, store.Filter{States: open, Owner: s.Actor.User}, maxBulk); err != nil {
		return nil, nil, err
	}
	others, _, err = a.Store.Leads(ctx, s.Workspace.ID, store.Filter{States: open, NotOwner: s.Actor.User}, maxBulk-len(mine))
	return mine, others, err
}

func bulkView(p *text.Printer, rules handoff.Rules, mine, others []handoff.Lead, now time.Time) slack.ModalViewRequest {
	v := modal(p, viewBulk, p.T("bulk.title"), p.T("reject.submit"), nil)
	which := slack.NewOptionsGroupMultiSelectBlockElement(slack.MultiOptTypeStatic, plain(p.T("bulk.leads.placeholder"), 150), actValue)
	for _, g := range []struct {
		label string
		leads []handoff.Lead
	}{{p.T("bulk.mine"), mine}, {p.T("bulk.others"), others}} {
		var options []*slack.OptionBlockObject
		for _, l := range g.leads {
			options = append(options, option(bulkRef{l.ID, l.Round}.String(), oneLineOf(p, l)))
		}
		if options != nil {
			which.OptionGroups = append(which.OptionGroups, slack.NewOptionGroupBlockElement(plain(g.label, maxOption), options...))
		}
	}
	v.Blocks.BlockSet = append([]slack.Block{input(blockLeads, p.T("bulk.leads"), p.T("bulk.leads.hint"), false, which)},
		reasonInputs(p, rules, handoff.Reason{}, now)...)
	return v
}

// oneLineOf is a lead in one line: its number and who it is.
func oneLineOf(p *text.Printer, l handoff.Lead) string {
	return fmt.Sprintf("#%d  %s", l.Number, joined(" · ", leadName(p, l), unless(l.Company, l.Title())))
}

// bulkRef names a round of a lead in the value of an option.
type bulkRef struct {
	Lead  int64
	Round int
}

func (r bulkRef) String() string { return fmt.Sprintf("%d:%d", r.Lead, r.Round) }

func parseBulkRef(s string) (r bulkRef, err error) {
	if _, err := fmt.Sscanf(s, "%d:%d", &r.Lead, &r.Round); err != nil {
		return bulkRef{}, fmt.Errorf("bot: the value of an option is not a lead's: %w", err)
	}
	return r, nil
}

func (a *App) submitBulk(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	rules := s.Workspace.Rules()
	in, err := rejection(s.View, rules)
	if err != nil {
		return nil, err
	}
	in.To = door(s.View, in.Reason)
	rounds := map[int64]int{}
	var ids []int64
	if s.View.State != nil {
		for _, o := range s.View.State.Values[blockLeads][actValue].SelectedOptions {
			ref, err := parseBulkRef(o.Value)
			if err != nil {
				return nil, err
			}
			rounds[ref.Lead] = ref.Round
			ids = append(ids, ref.Lead)
		}
	}
	if len(ids) == 0 {
		return nil, handoff.FieldErrors{{Field: blockLeads, Problem: handoff.Missing}}
	}
	done, err := a.Store.DecideEach(ctx, s.Workspace.ID, ids, s.View.ID, in.To, func(l handoff.Lead) (handoff.Decision, error) {
		return rules.Reject(l, rounds[l.ID], s.Actor, in, a.Now())
	}, rules)
	if err != nil {
		return nil, err
	}
	a.refreshHome(ctx, s.scene)
	v := a.bulkDoneView(ctx, s.scene, in, done)
	return slack.NewUpdateViewSubmissionResponse(&v), nil
}

// bulkDoneView says how many were decided, and of each other lead why not: who was first, and what they decided.
func (a *App) bulkDoneView(ctx context.Context, s scene, in handoff.Rejection, done []store.Decided) slack.ModalViewRequest {
	reasons := s.Workspace.Settings.ReasonList()
	var rows [][]span
	decided, did := 0, string(handoff.Reject)
	for _, one := range done {
		if one.Err == nil {
			decided, did = decided+1, string(one.Decision.Verdict)
			continue
		}
		if len(rows) == maxLeft {
			continue
		}
		row := []span{words(cut(oneLineOf(s.P, one.Lead), maxOption) + ": ")}
		if first, ok := errors.AsType[*handoff.AlreadyDecided](one.Err); ok {
			row = append(row, fill(s.P, "bulk.first", "By", person(s.P, first.First.By), "Decision", decisionWords(s.P, reasons, first.First))...)
		} else {
			row = append(row, words(a.explain(ctx, s.P, one.Err)))
		}
		rows = append(rows, row)
	}
	route, passed := s.Workspace.Settings.Route(in.To)
	if passed {
		did = "rerouted"
	}
	heading := s.P.N("bulk.done."+did, decided, "Reason", reasonWords(s.P, reasons, in.Reason, time.Time{}), "Route", route.Name)
	if decided == 0 {
		heading = s.P.T("bulk.none")
	}
	lines := []slack.RichTextElement{paragraph(bold(heading))}
	if left := len(done) - decided; left > 0 {
		lines = append(lines, paragraph(words(s.P.N("bulk.not", left))), bullets(rows...))
		if more := left - len(rows); more > 0 {
			lines = append(lines, paragraph(italic(s.P.N("list.more", more))))
		}
	}
	v := modal(s.P, "notice", s.P.T("bulk.title"), "", nil)
	v.Blocks.BlockSet = []slack.Block{richText(lines...)}
	return v
}
