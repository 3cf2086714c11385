package bot

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The form of the time that sales has to decide, in working hours.

const (
	viewDue      = "settings_due"
	blockAsked   = "asked"
	blockOther   = "other"
	blockSources = "sources"
)

func sayDue(p *text.Printer, ws store.Workspace) [][]span {
	d := ws.Settings.Due
	lines := [][]span{
		fill(p, "settings.due.asked.is", "Time", p.Span(d.Within(true))),
		fill(p, "settings.due.other.is", "Time", p.Span(d.Within(false))),
	}
	if len(d.Sources) > 0 {
		lines = append(lines, fill(p, "settings.due.sources.are", "Sources", cut(strings.Join(d.Sources, ", "), 300)))
	}
	return lines
}

func (a *App) openDue(ctx context.Context, c click) error {
	return a.show(ctx, c, dueView(c.P, c.Workspace))
}

func dueView(p *text.Printer, ws store.Workspace) slack.ModalViewRequest {
	d := ws.Settings.Due
	v := modal(p, viewDue, p.T("settings.due"), p.T("settings.save"), nil)
	hours := func(due time.Duration) slack.BlockElement {
		el := slack.NewNumberInputBlockElement(nil, actValue, true)
		el.InitialValue = strconv.FormatFloat(due.Hours(), 'f', -1, 64)
		el.MinValue = strconv.FormatFloat(handoff.MinDue.Hours(), 'f', -1, 64)
		el.MaxValue = strconv.FormatFloat(handoff.MaxDue.Hours(), 'f', -1, 64)
		return el
	}
	v.Blocks.BlockSet = []slack.Block{
		input(blockAsked, p.T("settings.due.asked"), "", false, hours(d.Within(true))),
		input(blockOther, p.T("settings.due.other"), p.T("settings.recount"), false, hours(d.Within(false))),
		input(blockSources, p.T("settings.due.sources"), p.T("settings.due.sources.hint"), true,
			textField(true, 3000, strings.Join(d.Sources, "\n"), "")),
	}
	return v
}

func (a *App) submitDue(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	in, err := handoff.DueTimes{
		Asked: hoursTyped(field(s.View, blockAsked)), Other: hoursTyped(field(s.View, blockOther)),
		Sources: strings.Split(field(s.View, blockSources), "\n"),
	}.Check()
	if err != nil {
		return nil, err
	}
	return a.changeSettings(ctx, s, func(set *handoff.Settings) error {
		set.Due = in
		return nil
	})
}

// hoursTyped reads a number of hours, to the minute; 0 for what is none.
func hoursTyped(s string) time.Duration {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || n > handoff.MaxDue.Hours()+1 {
		return 0
	}
	return time.Duration(n * float64(time.Hour)).Round(time.Minute)
}
