package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The week's calibration: a past lead without its name, two buttons, and after two days of work the decision.

const (
	actCalibrateYes = "calibration.yes"
	actCalibrateNo  = "calibration.no"
)

// Calibration is everything that the message of a calibration shows.
type Calibration struct {
	handoff.Calibration
	store.Calibrated
	Masked handoff.Masked
	Erased bool
	Zone   *time.Location
}

func (a *App) renderCalibration(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	stored, err := a.Store.Calibration(ctx, ws.ID, m.Ref)
	if err != nil {
		return rendered{}, err
	}
	lead, err := a.Store.LeadByID(ctx, ws.ID, stored.Lead)
	if err != nil {
		return rendered{}, err
	}
	c := Calibration{Calibration: stored, Masked: ws.Profile.Mask(lead), Erased: lead.State == handoff.Erased, Zone: ws.Location()}
	if m.TS == "" && (c.Erased || !c.Closed.IsZero()) {
		return rendered{}, errNothingToShow
	}
	if c.Calibrated, err = a.Store.Calibrated(ctx, stored); err != nil {
		return rendered{}, err
	}
	blocks, said := c.Render(a.printer(ws))
	return rendered{blocks: blocks, text: said}, nil
}

// Render shows the question while answers are taken, then the decision and how many were right.
func (c Calibration) Render(p *text.Printer) ([]slack.Block, string) {
	if c.Erased {
		said := p.T("calibration.erased")
		return []slack.Block{note(said)}, said
	}
	title, facts := p.T("calibration.title"), maskedText(p, c.Masked)
	lines := []slack.RichTextElement{paragraph(bold(title)), quote(facts)}
	said := []string{title, facts}
	add := func(s string) {
		lines = append(lines, paragraph(words(s)))
		said = append(said, s)
	}
	if c.Closed.IsZero() {
		until := fill(p, "calibration.until", "Until", moment(p, c.Closes.In(c.Zone)))
		lines, said = append(lines, paragraph(until...)), append(said, p.T("calibration.until", "Until", p.Moment(c.Closes.In(c.Zone))))
		add(c.counted(p))
		value := strconv.FormatInt(c.ID, 10)
		return []slack.Block{richText(lines...), slack.NewActionBlock("", button(actCalibrateYes, value, p.T("calibration.yes"), ""), button(actCalibrateNo, value, p.T("calibration.no"), ""))},
			fallback(escape(strings.Join(said, "\n")))
	}
	switch {
	case !c.Stands:
		add(p.T("calibration.taken_back"))
	case c.Accepted:
		add(p.T("calibration.accepted"))
	default:
		add(p.T("calibration.rejected"))
	}
	var right []string
	for _, side := range handoff.Sides() {
		if share := c.Right[side]; share.Of > 0 {
			right = append(right, p.T("calibration.right."+string(side), "Of", ofText(p, share)))
		}
	}
	switch {
	case right == nil:
		add(p.T("calibration.nobody"))
	case c.Stands:
		add(joined("  ·  ", right...))
	}
	blocks := []slack.Block{richText(lines...)}
	if sofar := c.soFar(p); sofar != "" {
		said = append(said, p.T("calibration.so_far", "Sides", sofar))
		blocks = append(blocks, note(p.T("calibration.so_far", "Sides", sofar)))
	}
	return blocks, fallback(escape(strings.Join(said, "\n")))
}

// counted says how many of each side have answered.
func (c Calibration) counted(p *text.Printer) string {
	var said []string
	for _, side := range handoff.Sides() {
		said = append(said, p.N("exercise.answered."+string(side), c.Right[side].Of))
	}
	return joined("  ·  ", said...)
}

// soFar says how often each side has answered as was decided; nothing when nobody has.
func (c Calibration) soFar(p *text.Printer) string {
	var said []string
	for _, side := range handoff.Sides() {
		if share := c.SoFar[side]; share.Of > 0 {
			said = append(said, p.T("side."+string(side))+" "+shareText(p, share))
		}
	}
	return joined("; ", said...)
}

// pressCalibration keeps what somebody would do, and tells only them.
func (a *App) pressCalibration(ctx context.Context, c click) error {
	id, err := strconv.ParseInt(c.Action.Value, 10, 64)
	if err != nil {
		return fmt.Errorf("bot: the value of a button is not a calibration's: %w", err)
	}
	sides, err := a.speaksFor(ctx, c.scene)
	if err != nil {
		return err
	}
	if len(sides) > 1 {
		return handoff.ErrNoSide // a button can't ask for which
	}
	accepts := c.Action.ActionID == actCalibrateYes
	if err := a.Store.AnswerCalibration(ctx, c.Workspace.ID, id, c.Actor.User, sides[0], accepts, a.Now()); err != nil {
		return err
	}
	key := "calibration.noted.no"
	if accepts {
		key = "calibration.noted.yes"
	}
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	if _, err := a.slack(ctx, c.Workspace).PostEphemeralContext(ctx, c.Channel, c.Actor.User, slack.MsgOptionText(c.P.T(key), false)); err != nil {
		a.Log.WarnContext(ctx, "answer not confirmed", "error", err)
	}
	return nil
}
