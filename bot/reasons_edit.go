package bot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The form of one reason. What belongs to a lane alone (the days of timing, the door of routing) is asked for once the lane is
// chosen. Buttons retire the reason, bring it back and move it within its lane at once, and leave alone what is typed.

const (
	viewReason      = "reason"
	blockName       = "name"
	blockLane       = "lane"
	blockFollowUp   = "follow_up"
	blockReasonDays = "days"
	blockNeedsNote  = "needs_note"

	newReasonDays = 90
	maxRoutes     = 100 // in a menu
)

// reasonRef is what the form remembers: which reason, none for a new one, and how it was when the form was opened. So what
// others change meanwhile is not changed back by what is sent.
type reasonRef struct {
	Key string `json:",omitempty"`
	Was handoff.ReasonForm
}

func (r reasonRef) String() string {
	b, _ := json.Marshal(r) // of plain fields: can't fail
	return string(b)
}

func parseReasonRef(s string) (r reasonRef, err error) {
	if err := json.Unmarshal([]byte(s), &r); err != nil {
		return reasonRef{}, fmt.Errorf("bot: the modal's own data: %w", err)
	}
	return r, nil
}

// catalogueWords returns what the catalogue calls a reason, in each of its languages.
func (a *App) catalogueWords(key string) []string {
	var all []string
	for _, lang := range text.Languages() {
		if p := a.Texts.In(lang); p.Has("reason." + key) {
			all = append(all, p.T("reason."+key))
		}
	}
	return all
}

// reasonView is the form of a reason as it is, in the lane that is chosen in the form. problem is said on top, when there is
// one.
func reasonView(p *text.Printer, s handoff.Settings, ref reasonRef, lane handoff.Lane, problem string) slack.ModalViewRequest {
	title, submit := p.T("reasons.edit.title"), p.T("reasons.edit.submit")
	if ref.Key == "" {
		title, submit = p.T("reasons.add.title"), p.T("reasons.add.submit")
	}
	v := modal(p, viewReason, title, submit, ref)
	add := func(b ...slack.Block) { v.Blocks.BlockSet = append(v.Blocks.BlockSet, b...) }
	if problem != "" {
		add(richText(paragraph(bold(problem))))
	}
	reason, _ := s.ReasonList().Find(ref.Key)
	hint, catalogue := p.T("reasons.name.hint"), ""
	if ref.Key != "" && p.Has("reason."+ref.Key) {
		catalogue = p.T("reason." + ref.Key)
		hint = p.T("reasons.name.hint.default", "Name", catalogue)
	}
	add(input(blockName, p.T("reasons.name"), hint, catalogue != "", textField(false, handoff.MaxReasonName, ref.Was.Name, catalogue)))
	add(laneInput(p, ref, lane))
	switch lane {
	case handoff.LaneTiming:
		days := slack.NewNumberInputBlockElement(nil, actValue, false)
		days.InitialValue = strconv.Itoa(cmp.Or(ref.Was.Days, newReasonDays))
		days.MinValue, days.MaxValue = "1", strconv.Itoa(handoff.MaxReasonDays)
		add(input(blockReasonDays, p.T("reasons.days"), p.T("reasons.days.hint"), false, days))
	case handoff.LaneRouting:
		next := handoff.Close
		if ref.Was.FollowUp == handoff.Reroute {
			next = handoff.Reroute
		}
		add(input(blockFollowUp, p.T("reasons.next"), "", false, choices(p, "reasons.next.", []handoff.FollowUp{handoff.Close, handoff.Reroute}, next)))
		if len(s.Routes) > 0 {
			add(routeInput(p, s.Routes, ref.Was.Route))
		}
	}
	asks := slack.NewCheckboxGroupsBlockElement(actValue, option("yes", p.T("reasons.note.yes")))
	if ref.Was.NeedsNote {
		asks.InitialOptions = asks.Options
	}
	add(input(blockNeedsNote, p.T("reasons.note"), "", true, asks))
	if ref.Key != "" {
		add(reasonButtons(p, s.ReasonList(), reason)...)
	}
	return v
}

// laneInput offers the lanes into which the reason may move: one of timing stays where it is, and no other becomes one.
func laneInput(p *text.Printer, ref reasonRef, chosen handoff.Lane) slack.Block {
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(p.T("reasons.lane.placeholder"), 150), actReasonLane)
	for _, lane := range handoff.Lanes() {
		if ref.Key != "" && (lane == handoff.LaneTiming) != (ref.Was.Lane == handoff.LaneTiming) {
			continue
		}
		o := option(string(lane), p.T("lane."+string(lane))+": "+p.T("reject.lane."+string(lane)))
		menu.Options = append(menu.Options, o)
		if lane == chosen {
			menu.InitialOption = o
		}
	}
	hint := p.T("reasons.lane.hint")
	if ref.Key != "" && ref.Was.Lane == handoff.LaneTiming {
		hint = p.T("problem.lane_fixed")
	}
	in := input(blockLane, p.T("reasons.lane"), hint, false, menu)
	in.DispatchAction = true
	return in
}

func routeInput(p *text.Printer, routes []handoff.Route, chosen string) slack.Block {
	menu := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, plain(p.T("reasons.route.placeholder"), 150), actValue)
	for _, r := range routes[:min(len(routes), maxRoutes)] {
		o := option(r.ID, r.Name)
		menu.Options = append(menu.Options, o)
		if r.ID == chosen {
			menu.InitialOption = o
		}
	}
	return input(blockRoute, p.T("reasons.route"), p.T("reasons.route.hint"), true, menu)
}

// reasonButtons say where the reason stands and do at once what they say. Their values name the place to move to, so that a
// press that Slack delivers twice is one.
func reasonButtons(p *text.Printer, reasons handoff.Reasons, r handoff.Reason) []slack.Block {
	if r.Retired {
		return []slack.Block{note(p.T("reasons.is_retired")), slack.NewActionBlock("", button(actBringBack, r.Key, p.T("reasons.bring_back"), ""))}
	}
	place, of := reasons.Places(r.Key)
	value := func(place int) string { return fmt.Sprintf("%d:%s", place, r.Key) }
	retire := button(actRetireReason, r.Key, p.T("reasons.retire"), slack.StyleDanger)
	retire.Confirm = slack.NewConfirmationBlockObject(plain(p.T("reasons.retire"), 100), plain(p.T("reasons.retire.sure"), 300), plain(p.T("reasons.retire"), 30), plain(p.T("modal.cancel"), 30))
	var buttons []slack.BlockElement
	if place > 1 {
		buttons = append(buttons, button(actReasonUp, value(place-1), p.T("reasons.up"), ""))
	}
	if place < of {
		buttons = append(buttons, button(actReasonDown, value(place+1), p.T("reasons.down"), ""))
	}
	return []slack.Block{note(p.T("reasons.place", "Place", place, "Of", of, "Lane", p.T("lane."+string(r.Lane)))), slack.NewActionBlock("", append(buttons, retire)...)}
}

// chooseReasonToEdit shows the form of a reason in place of the list.
func (a *App) chooseReasonToEdit(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayEditReasons(c.Actor); err != nil {
		return err
	}
	key := c.Action.SelectedOption.Value
	r, ok := c.Workspace.Settings.ReasonList().Find(key)
	if !ok {
		return handoff.ErrNotFound
	}
	ref := reasonRef{Key: key, Was: r.Form()}
	a.replaceView(ctx, c, reasonView(c.P, c.Workspace.Settings.Settings, ref, r.Lane, ""))
	return nil
}

// addReason shows an empty form in place of the list.
func (a *App) addReason(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayEditReasons(c.Actor); err != nil {
		return err
	}
	a.replaceView(ctx, c, reasonView(c.P, c.Workspace.Settings.Settings, reasonRef{}, "", ""))
	return nil
}

// chooseLane asks for what the chosen lane needs.
func (a *App) chooseLane(ctx context.Context, c click) error {
	if c.View == nil {
		return nil
	}
	ref, err := parseReasonRef(c.View.PrivateMetadata)
	if err != nil {
		return err
	}
	a.replaceView(ctx, c, reasonView(c.P, c.Workspace.Settings.Settings, ref, handoff.Lane(c.Action.SelectedOption.Value), ""))
	return nil
}

// pressReason retires the reason of the form, brings it back or moves it.
func (a *App) pressReason(ctx context.Context, c click) error {
	if c.View == nil {
		return nil
	}
	ref, err := parseReasonRef(c.View.PrivateMetadata)
	if err != nil {
		return err
	}
	settings, err := a.changeReasons(ctx, c.scene, func(rs handoff.Reasons) (handoff.Reasons, error) {
		switch c.Action.ActionID {
		case actRetireReason, actBringBack:
			return rs.Retire(ref.Key, c.Action.ActionID == actRetireReason)
		default:
			place, _, _ := strings.Cut(c.Action.Value, ":")
			n, err := strconv.Atoi(place)
			if err != nil {
				return nil, fmt.Errorf("bot: the value of a button is not a place: %w", err)
			}
			return rs.Place(ref.Key, n)
		}
	})
	problem := ""
	if wrong, ok := errors.AsType[handoff.FieldErrors](err); ok {
		settings, problem = c.Workspace.Settings.Settings, problemText(c.P, wrong[0])
	} else if err != nil {
		return err
	}
	lane := handoff.Lane(chosenIn(*c.View, blockLane, actReasonLane))
	a.replaceView(ctx, c, reasonView(c.P, settings, ref, cmp.Or(lane, ref.Was.Lane), problem))
	return nil
}

func (a *App) submitReason(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	ref, err := parseReasonRef(s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	is := ref.Was
	is.Name, is.Lane = field(s.View, blockName), handoff.Lane(chosenIn(s.View, blockLane, actReasonLane))
	if s.View.State != nil {
		is.NeedsNote = len(s.View.State.Values[blockNeedsNote][actValue].SelectedOptions) > 0
		if _, asked := s.View.State.Values[blockRoute]; asked {
			is.Route = field(s.View, blockRoute)
		}
	}
	is.FollowUp = cmp.Or(handoff.FollowUp(field(s.View, blockFollowUp)), is.FollowUp)
	if days := field(s.View, blockReasonDays); days != "" {
		is.Days, _ = strconv.Atoi(days) // what is no whole number is 0, and out of range
	}
	settings, err := a.changeReasons(ctx, s.scene, func(rs handoff.Reasons) (handoff.Reasons, error) {
		if ref.Key == "" {
			return rs.Add(is, a.catalogueWords)
		}
		return rs.Edit(ref.Key, ref.Was, is, a.catalogueWords, a.Now())
	})
	if err != nil {
		return nil, err
	}
	v := reasonSavedView(s.P, settings, ref.Key)
	return slack.NewUpdateViewSubmissionResponse(&v), nil
}

// reasonSavedView leads back to the list, which may be longer than an answer to a form can be.
func reasonSavedView(p *text.Printer, s handoff.Settings, key string) slack.ModalViewRequest {
	v := modal(p, "notice", p.T("reasons.title"), "", nil)
	reasons := s.ReasonList()
	r, ok := reasons.Find(key)
	if !ok { // the one just added
		r = reasons[len(reasons)-1]
	}
	line := []span{bold(reasonWords(p, reasons, r.Key, time.Time{})), words("  " + joined(", ", p.T("lane."+string(r.Lane)), reasonDoes(p, s.Routes, r)))}
	v.Blocks.BlockSet = []slack.Block{
		richText(paragraph(words(p.T("reasons.saved"))), paragraph(line...)),
		slack.NewActionBlock("", button(actReasons, "", p.T("reasons.back"), "")),
	}
	return v
}

// changeReasons changes the list as it is stored now, for whoever may, and returns the settings as they are then.
func (a *App) changeReasons(ctx context.Context, s scene, change func(handoff.Reasons) (handoff.Reasons, error)) (handoff.Settings, error) {
	ws, err := a.Store.ChangeSettings(ctx, s.Workspace.ID, s.Actor.User, a.Now(), func(stored *handoff.Settings) (err error) {
		if err := stored.Rules(time.UTC).MayEditReasons(s.Actor); err != nil {
			return err
		}
		stored.Reasons, err = change(stored.ReasonList())
		return err
	})
	return ws.Settings.Settings, err
}
