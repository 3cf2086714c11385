package bot

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// What a person reads when something could not be done.

// tell says privately why a click did nothing: in a small modal while the click's trigger lives, else as a message
// that only they see. A click that Slack delivered twice was answered the first time.
func (a *App) tell(ctx context.Context, s scene, problem error) {
	if errors.Is(problem, errUsed) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	if first, ok := errors.AsType[*handoff.AlreadyDecided](problem); ok {
		if err := a.open(ctx, s, a.alreadyDecidedView(s, first.First, nil)); err == nil || errors.Is(err, errUsed) {
			return
		}
	}
	said := a.explain(ctx, s.P, problem)
	view := noticeView(s.P, said, nil)
	options := []slack.MsgOption{slack.MsgOptionText(said, false)}
	if instead, ok := errors.AsType[askInstead](problem); ok && s.Workspace.Rules().MayAsk(s.Actor, handoff.RoleSales) == nil {
		view.Blocks.BlockSet = append(view.Blocks.BlockSet, askButton(s.P, instead.cardRef))
		options = append(options, slack.MsgOptionBlocks(view.Blocks.BlockSet...))
	}
	if s.Channel == "" {
		if err := a.open(ctx, s, view); err != nil {
			a.Log.WarnContext(ctx, "click not explained", "error", err)
		}
		return
	}
	if _, err := a.slack(ctx, s.Workspace).PostEphemeralContext(ctx, s.Channel, s.Actor.User, options...); err != nil {
		a.Log.WarnContext(ctx, "click not explained", "error", err)
	}
}

// tellClick is tell for a click: one in a modal is answered in that modal, and what was typed there is given back.
func (a *App) tellClick(ctx context.Context, c click, problem error) {
	if c.View == nil || c.View.Type != slack.VTModal {
		a.tell(ctx, c.scene, problem)
		return
	}
	a.replaceView(ctx, c, noticeView(c.P, a.explain(ctx, c.P, problem), typed(*c.View)))
}

// errUnknownPerson is somebody of whom Slack did not say where they belong.
var errUnknownPerson = errors.New("it is not known who acts")

// errStarting is a click that comes before Slack has told the bot who it is.
var errStarting = errors.New("not connected to Slack yet")

// explanations says which of the catalogue's sentences belongs to which error.
var explanations = []struct {
	err error
	key string
}{
	{handoff.ErrNotSigner, "error.not_signer"},
	{handoff.ErrNotStarter, "error.not_starter"},
	{handoff.ErrNoSide, "error.no_side"},
	{handoff.ErrRuns, "error.runs"},
	{handoff.ErrOver, "error.over"},
	{handoff.ErrNotOpen, "error.not_open"},
	{handoff.ErrOvertaken, "error.overtaken"},
	{handoff.ErrSigned, "error.signed"},
	{handoff.ErrOutsider, "error.outsider"},
	{handoff.ErrGuest, "error.guest"},
	{handoff.ErrNotSales, "error.not_sales"},
	{handoff.ErrNotMarketing, "error.not_marketing"},
	{handoff.ErrAnswered, "error.answered"},
	{handoff.ErrNotYours, "error.not_yours"},
	{handoff.ErrNotAdmin, "error.not_admin"},
	{handoff.ErrNotManager, "error.not_manager"},
	{handoff.ErrUnsure, "error.unsure"},
	{handoff.ErrNotEditor, "error.not_editor"},
	{handoff.ErrMarketingsTurn, "error.marketings_turn"},
	{handoff.ErrAlreadyDecided, "error.already_decided"},
	{handoff.ErrNotDecided, "error.not_decided"},
	{handoff.ErrRoundOver, "error.round_over"},
	{handoff.ErrThere, "error.there"},
	{handoff.ErrErased, "error.erased"},
	{handoff.ErrNotFound, "error.not_found"},
	{errRouteGone, "error.route_gone"},
	{errYours, "error.yours"},
	{errTokenMade, "error.token_made"},
	{errNotInstalled, "error.not_installed"},
	{errTooLate, "error.too_late"},
	{errStarting, "error.starting"},
	{errUnknownPerson, "error.unknown_person"},
}

// explain returns what a person reads about an error. One that is nobody's mistake but ours is logged.
func (a *App) explain(ctx context.Context, p *text.Printer, err error) string {
	for _, e := range explanations {
		if errors.Is(err, e.err) {
			return p.T(e.key)
		}
	}
	if wrong, ok := errors.AsType[handoff.FieldErrors](err); ok {
		return problemText(p, wrong[0])
	}
	a.Log.ErrorContext(ctx, "request failed", "error", err)
	return p.T("error.internal")
}
