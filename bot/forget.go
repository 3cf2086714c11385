package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// The modal that asks an admin whether a person shall be erased. It says what goes, what stays, and what the bot can't reach,
// and has whom it is about typed once more: there is no way back.

const (
	viewForget   = "forget"
	blockConfirm = "confirm"
)

// maxForgotten is how many of the person's leads the modal lists.
const maxForgotten = 10

// forgetRef is what the modal remembers: which leads it showed, and nothing of the person.
type forgetRef struct{ Leads []int64 }

func (r forgetRef) String() string {
	b, _ := json.Marshal(r) // of numbers: can't fail
	return string(b)
}

// OpenForget asks whether a person shall be erased: by their e-mail, by the number of a lead, or by the phone of who gave no e-mail. It
// fails with handoff.ErrNotAdmin.
func (a *App) OpenForget(ctx context.Context, c Call) (Answer, error) {
	if err := c.Workspace.Rules().MayAdminister(c.Actor); err != nil {
		return Answer{}, err
	}
	if c.Text == "" {
		return a.sayErased(ctx, c)
	}
	who, err := a.whom(ctx, c.Workspace, c.Text)
	if err != nil {
		return Answer{}, err
	}
	leads, err := a.Store.Withdrawing(ctx, c.Workspace.ID, who)
	if err != nil {
		return Answer{}, err
	}
	if len(leads) == 0 {
		return a.Say(c.P, "forget.nobody", "Typed", c.Text), nil
	}
	droppers, err := a.Store.Droppers(ctx, c.Workspace.ID, ids(leads))
	if err != nil {
		return Answer{}, err
	}
	return Answer{}, a.open(ctx, c.scene, forgetView(c.scene, leads, droppers))
}

// sayErased says how to forget somebody, and how many were.
func (a *App) sayErased(ctx context.Context, c Call) (Answer, error) {
	n, latest, err := a.Store.Erasures(ctx, c.Workspace.ID, 5)
	if err != nil {
		return Answer{}, err
	}
	lines := []slack.RichTextElement{paragraph(words(c.P.T("forget.how")))}
	said := c.P.T("forget.how")
	if n > 0 {
		said += " " + c.P.N("forget.so_far", n)
		lines = append(lines, paragraph(bold(c.P.N("forget.so_far", n))))
		var rows [][]span
		for _, e := range latest {
			by := person(c.P, e.By)
			if key, ok := erasers[e.By]; ok {
				by = words(c.P.T(key))
			}
			rows = append(rows, []span{moment(c.P, e.At.In(c.Workspace.Location())), words(" · "), words(c.P.N("forget.leads", e.Leads)), words(" · "), by})
		}
		lines = append(lines, bullets(rows...))
	}
	return Answer{Text: escape(said), Blocks: []slack.Block{richText(lines...)}}, nil
}

// erasers are those who erase and are nobody in Slack, in the catalogue's words.
var erasers = map[string]string{store.ByTool: "forget.by.tool", store.ByCommandLine: "forget.by.command_line", store.ByRetention: "forget.by.retention"}

// whom reads who is meant.
func (a *App) whom(ctx context.Context, ws store.Workspace, typed string) (store.Erasure, error) {
	typed = strings.TrimSpace(typed)
	switch {
	case strings.HasPrefix(typed, "#"):
		n, err := strconv.ParseInt(typed[1:], 10, 64)
		if err != nil {
			return store.Erasure{}, nil
		}
		l, err := a.Store.LeadByNumber(ctx, ws.ID, n)
		if errors.Is(err, handoff.ErrNotFound) {
			return store.Erasure{}, nil
		}
		return store.Erasure{LeadID: l.ID, Email: l.Email}, err
	case strings.Contains(typed, "@"):
		return store.Erasure{Email: typed}, nil
	}
	if inner, ok := strings.CutPrefix(typed, "<tel:"); ok {
		typed, _, _ = strings.Cut(strings.TrimSuffix(inner, ">"), "|")
	}
	clean, err := a.Clean(handoff.Arrival{Person: handoff.Person{Phone: typed}})
	if err != nil {
		return store.Erasure{}, nil // nobody has such a phone
	}
	return store.Erasure{Phone: clean.Phone}, nil
}

func ids(leads []handoff.Lead) (all []int64) {
	for _, l := range leads {
		all = append(all, l.ID)
	}
	return all
}

func forgetView(s scene, leads []handoff.Lead, droppers []string) slack.ModalViewRequest {
	p := s.P
	v := modal(p, viewForget, p.T("forget.title"), p.T("forget.submit"), forgetRef{ids(leads)})
	var rows [][]span
	for _, l := range leads[:min(len(leads), maxForgotten)] {
		rows = append(rows, leadRow(p, l, "", l.Offered, s.Workspace.Location()))
	}
	lines := []slack.RichTextElement{paragraph(bold(p.N("forget.found", len(leads)))), bullets(rows...)}
	said := func(heading string, keys ...string) {
		var points [][]span
		for _, key := range keys {
			points = append(points, []span{words(p.T(key))})
		}
		lines = append(lines, paragraph(bold(p.T(heading))), bullets(points...))
	}
	said("forget.goes", "forget.goes.person", "forget.goes.words", "forget.goes.slack")
	said("forget.stays", "forget.stays.counts", "forget.stays.proof")
	v.Blocks.BlockSet = []slack.Block{
		richText(lines...),
		richText(append([]slack.RichTextElement{paragraph(bold(p.T("forget.beyond")))}, beyond(s, droppers))...),
		input(blockConfirm, p.T("forget.confirm"), p.T("forget.confirm.hint"), false, textField(false, 300, "", "")),
	}
	return v
}

// beyond lists what the bot can't erase.
func beyond(s scene, droppers []string) slack.RichTextElement {
	var points [][]span
	for _, key := range []string{"forget.beyond.typed", "forget.beyond.private", "forget.beyond.tools", "forget.beyond.backups"} {
		points = append(points, []span{words(s.P.T(key))})
	}
	if len(droppers) > 0 {
		var people []span
		for i, user := range droppers[:min(len(droppers), maxForgotten)] {
			if i > 0 {
				people = append(people, words(", "))
			}
			people = append(people, person(s.P, user))
		}
		points = append(points, append([]span{words(s.P.T("forget.beyond.dropped") + " ")}, people...))
	}
	return bullets(points...)
}

func (a *App) submitForget(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayAdminister(s.Actor); err != nil {
		return nil, err
	}
	var ref forgetRef
	if err := json.Unmarshal([]byte(s.View.PrivateMetadata), &ref); err != nil {
		return nil, err
	}
	who, err := a.whom(ctx, s.Workspace, field(s.View, blockConfirm))
	if err != nil {
		return nil, err
	}
	leads, err := a.Store.Withdrawing(ctx, s.Workspace.ID, who)
	if err != nil {
		return nil, err
	}
	left, err := a.unerased(ctx, s.Workspace, ref.Leads)
	if err != nil {
		return nil, err
	}
	if len(left) > 0 && !slices.ContainsFunc(leads, func(l handoff.Lead) bool { return slices.Contains(left, l.ID) }) {
		return nil, handoff.FieldErrors{{Field: blockConfirm, Problem: handoff.NotTheSame}}
	}
	if len(left) > 0 {
		who.By = s.Actor.User
		n, err := a.Store.Erase(ctx, s.Workspace.ID, who, a.Now())
		if err != nil {
			return nil, err
		}
		a.Log.InfoContext(ctx, "person erased", "leads", n)
		a.Poke()
	}
	droppers, err := a.Store.Droppers(ctx, s.Workspace.ID, ref.Leads)
	if err != nil {
		return nil, err
	}
	view := modal(s.P, "notice", s.P.T("forget.title"), "", nil)
	view.Blocks.BlockSet = []slack.Block{
		richText(paragraph(bold(s.P.T("forget.done"))), paragraph(words(s.P.T("forget.done.slack")))),
		richText(paragraph(bold(s.P.T("forget.beyond"))), beyond(s.scene, droppers)),
	}
	return slack.NewUpdateViewSubmissionResponse(&view), nil
}

// unerased returns which of the leads are not erased yet: none when the form is delivered twice.
func (a *App) unerased(ctx context.Context, ws store.Workspace, leads []int64) (left []int64, err error) {
	for _, id := range leads {
		l, err := a.Store.LeadByID(ctx, ws.ID, id)
		if err != nil {
			return nil, err
		}
		if l.State != handoff.Erased {
			left = append(left, id)
		}
	}
	return left, nil
}
