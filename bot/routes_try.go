package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// "Which rule would take lead #1042?": the answer is shown above the question, so that the next lead can be tried.

const (
	viewRouteTry = "route_try"
	blockNumber  = "number"
)

func (a *App) openRouteTry(ctx context.Context, c click) error {
	return a.show(ctx, c, routeTryView(c.P, nil))
}

func routeTryView(p *text.Printer, answer []slack.Block) slack.ModalViewRequest {
	v := modal(p, viewRouteTry, p.T("routes.try.title"), p.T("routes.try.submit"), nil)
	v.Blocks.BlockSet = append(answer, input(blockNumber, p.T("routes.try.number"), p.T("routes.try.hint"), false, textField(false, 20, "", "#1042")))
	return v
}

func (a *App) submitRouteTry(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	typed := field(s.View, blockNumber)
	number, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(typed), "#"), 10, 64)
	if err != nil {
		return nil, handoff.FieldErrors{{Field: blockNumber, Problem: handoff.NoSuch, Typed: typed}}
	}
	lead, err := a.Store.LeadByNumber(ctx, s.Workspace.ID, number)
	if errors.Is(err, handoff.ErrNotFound) {
		return nil, handoff.FieldErrors{{Field: blockNumber, Problem: handoff.NoSuch, Typed: typed}}
	}
	if err != nil {
		return nil, err
	}
	choice, err := a.Store.TryRoute(ctx, s.Workspace, lead, a.Now())
	if err != nil {
		return nil, err
	}
	var users []string
	for _, p := range choice.Passed {
		users = append(users, p.User)
	}
	people, err := a.Store.Members(ctx, s.Workspace.ID, users)
	if err != nil {
		return nil, err
	}
	view := routeTryView(s.P, triedBlocks(s.P, s.Workspace, lead, choice, people, a.Now()))
	return slack.NewUpdateViewSubmissionResponse(&view), nil
}

// triedBlocks says where a lead would go, to whom, and whom it would pass by.
func triedBlocks(p *text.Printer, ws store.Workspace, l handoff.Lead, c handoff.Choice, people map[string]handoff.Member, now time.Time) []slack.Block {
	i := slices.IndexFunc(ws.Settings.Routes, func(r handoff.Route) bool { return r.ID == c.Route.ID })
	says := []slack.RichTextElement{}
	if i < 0 {
		says = append(says, paragraph(fill(p, "routes.tried.none", "Channel", channel(ws.LeadsChannel))...))
	} else {
		says = append(says, paragraph(fill(p, "routes.tried.rule", "Number", i+1, "Name", styled(c.Route.Name, &slack.RichTextSectionTextStyle{Bold: true}))...),
			paragraph(routeWords(p, c.Route, ws.LeadsChannel)...))
	}
	switch {
	case c.Owner != "":
		says = append(says, paragraph(fill(p, "routes.tried."+string(c.Claim), "Owner", person(p, c.Owner))...))
	case len(c.Route.Owners) > 0:
		says = append(says, paragraph(words(p.T("routes.tried.nobody"))))
	}
	if len(c.Passed) > 0 {
		says = append(says, paragraph(words(p.T("routes.passed"))), bullets(passedSpans(p, c.Passed, people, ws.Location(), now)...))
	}
	return []slack.Block{leadLine(p, l), richText(says...), slack.NewDividerBlock()}
}
