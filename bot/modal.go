package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// What the modals have in common. Each modal has a file of its own with its ids, its view, and what happens when
// it is sent. In all of them the block id of an input is the name of the domain's field, and its action id is
// "value".

const actValue = "value"

// What can be wrong with a trigger.
var (
	errTooLate = errors.New("the trigger is too old")
	errUsed    = errors.New("the trigger was used") // Slack delivered the click twice: its modal is open
)

// modalRef is what a modal remembers of the card it was opened from.
type modalRef struct {
	cardRef
	Decision int64        `json:",omitempty"` // the decision to take back
	Asks     handoff.Role `json:",omitempty"` // the side that is asked
	Question int64        `json:",omitempty"` // the question to answer
	Version  int64        `json:",omitempty"` // of the settings that the form shows
	Home     bool         `json:",omitempty"` // it was opened from Home
}

func (r modalRef) String() string {
	b, _ := json.Marshal(r) // of plain fields: can't fail
	return string(b)
}

func parseModalRef(s string) (r modalRef, err error) {
	if err := json.Unmarshal([]byte(s), &r); err != nil {
		return modalRef{}, fmt.Errorf("bot: the modal's own data: %w", err)
	}
	return r, nil
}

// modal starts a view.
func modal(p *text.Printer, callback, title, submit string, ref fmt.Stringer) slack.ModalViewRequest {
	v := slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: callback,
		Title: plain(title, maxTitle), Close: plain(p.T("modal.cancel"), maxTitle),
	}
	if submit != "" {
		v.Submit = plain(submit, maxTitle)
	} else {
		v.Close = plain(p.T("modal.close"), maxTitle)
	}
	if ref != nil {
		v.PrivateMetadata = ref.String()
	}
	return v
}

// open shows a modal. It fails with errTooLate when the click is too old, and with errUsed when it has opened a
// modal before.
func (a *App) open(ctx context.Context, s scene, view slack.ModalViewRequest) error {
	return a.showView(ctx, "views.open", a.slack(ctx, s.Workspace).OpenViewContext, s.Trigger, view)
}

// show opens a modal for a click, on top of the one that it was made in, if it was. It fails as open does.
func (a *App) show(ctx context.Context, c click, view slack.ModalViewRequest) error {
	if c.View != nil && c.View.Type == slack.VTModal {
		return a.showView(ctx, "views.push", a.slack(ctx, c.Workspace).PushViewContext, c.Trigger, view)
	}
	return a.open(ctx, c.scene, view)
}

func (a *App) showView(ctx context.Context, method string, call func(context.Context, string, slack.ModalViewRequest) (*slack.ViewResponse, error),
	trigger string, view slack.ModalViewRequest,
) error {
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	_, err := call(ctx, trigger, view)
	if e, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		switch e.Err {
		case "expired_trigger_id", "trigger_expired", "invalid_trigger_id":
			return errTooLate
		case "exchanged_trigger_id", "trigger_exchanged":
			return errUsed
		}
	}
	if err != nil {
		return fmt.Errorf("slack: %s: %w", method, err)
	}
	return nil
}

// input is a labelled field of a modal.
func input(block, label, hint string, optional bool, element slack.BlockElement) *slack.InputBlock {
	b := slack.NewInputBlock(block, plain(label, maxLabel), nil, element)
	if hint != "" {
		b.Hint = plain(hint, maxLabel)
	}
	b.Optional = optional
	return b
}

func textField(multiline bool, maxLength int, value, placeholder string) *slack.PlainTextInputBlockElement {
	el := slack.NewPlainTextInputBlockElement(nil, actValue)
	el.Multiline = multiline
	el.MaxLength = maxLength
	el.InitialValue = value
	if placeholder != "" {
		el.Placeholder = plain(placeholder, 150)
	}
	return el
}

// leadLine shows which lead a modal is about.
func leadLine(p *text.Printer, l handoff.Lead) slack.Block {
	return richText(paragraph(append([]span{words(fmt.Sprintf("#%d  ", l.Number))}, leadTitle(p, l)...)...))
}

// field returns what was put into the input of a block: text, the value of a choice, a date or a time.
func field(v slack.View, block string) string {
	if v.State == nil {
		return ""
	}
	a := v.State.Values[block][actValue]
	for _, s := range []string{a.Value, a.SelectedOption.Value, a.SelectedDate, a.SelectedTime, a.SelectedUser} {
		if s != "" {
			return s
		}
	}
	return ""
}

// fields returns what was chosen of an input of several options.
func fields(v slack.View, block string) (values []string) {
	if v.State == nil {
		return nil
	}
	for _, o := range v.State.Values[block][actValue].SelectedOptions {
		values = append(values, o.Value)
	}
	return values
}

// chosenIn returns the value of a choice whose action has an id of its own, because choosing is told at once.
func chosenIn(v slack.View, block, action string) string {
	if v.State == nil {
		return ""
	}
	return v.State.Values[block][action].SelectedOption.Value
}

// replaceView shows another view in place of the one that was clicked in. When that has changed meanwhile, or was closed, a newer
// click shows the right one.
func (a *App) replaceView(ctx context.Context, c click, view slack.ModalViewRequest) {
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	if _, err := a.slack(ctx, c.Workspace).UpdateViewContext(ctx, view, "", c.View.Hash, c.View.ID); err != nil {
		a.Log.InfoContext(ctx, "modal not updated", "view", view.CallbackID, "error", err)
	}
}

// fieldTexts says under each input what is wrong with it. A problem of a field that the view has no input for is
// said under the first one.
func fieldTexts(p *text.Printer, wrong handoff.FieldErrors, v slack.View) map[string]string {
	said := map[string]string{}
	first := ""
	for _, b := range v.Blocks.BlockSet {
		in, ok := b.(*slack.InputBlock)
		if !ok {
			continue
		}
		if first == "" {
			first = in.BlockID
		}
		for _, e := range wrong {
			// A block id may carry a suffix behind a colon that makes it a new input.
			if name, _, _ := strings.Cut(in.BlockID, ":"); name == e.Field {
				said[in.BlockID] = problemText(p, e)
			}
		}
	}
	if len(said) == 0 {
		said[first] = problemText(p, wrong[0])
	}
	return said
}

func problemText(p *text.Printer, e handoff.FieldError) string {
	return p.T("problem."+string(e.Problem), "Limit", p.Int(e.Limit), "Line", p.Int(e.Line), "Typed", cut(e.Typed, 40))
}

// typed returns the texts that somebody had typed into a modal, in its order, so that they are not lost with it.
func typed(v slack.View) []string {
	var all []string
	for _, b := range v.Blocks.BlockSet {
		if in, ok := b.(*slack.InputBlock); ok && v.State != nil {
			if s := v.State.Values[in.BlockID][actValue].Value; strings.TrimSpace(s) != "" {
				all = append(all, s)
			}
		}
	}
	return all
}

// noticeView says one thing, and gives back what was typed.
func noticeView(p *text.Printer, said string, lost []string) slack.ModalViewRequest {
	v := modal(p, "notice", p.T("notice.title"), "", nil)
	v.Blocks.BlockSet = append([]slack.Block{richText(paragraph(words(said)))}, giveBack(p, lost)...)
	return v
}

// maxGivenBack is how much is given back of what was typed, in bytes of JSON: over Socket Mode Slack drops an
// answer of 20 KB without a word.
const maxGivenBack = 12_000

func giveBack(p *text.Printer, lost []string) []slack.Block {
	if len(lost) == 0 {
		return nil
	}
	lines := []slack.RichTextElement{paragraph(words(p.T("notice.yours")))}
	left := maxGivenBack
	for _, s := range lost {
		s = fit(s, left)
		if s == "" {
			break
		}
		left -= jsonSize(s)
		lines = append(lines, quote(s))
	}
	return []slack.Block{richText(lines...)}
}

// fit returns as much of the beginning of s as takes up this many bytes of JSON at most.
func fit(s string, size int) string {
	for s != "" && jsonSize(s) > size {
		n := utf8.RuneCountInString(s) * size / jsonSize(s)
		if n < 1 {
			return ""
		}
		s = cut(s, n)
	}
	return s
}

func jsonSize(s string) int {
	b, _ := json.Marshal(s) // of a string: can't fail
	return len(b)
}

// alreadyDecidedView tells whoever came second who was first and what they decided.
func (a *App) alreadyDecidedView(s scene, first handoff.Decision, lost []string) slack.ModalViewRequest {
	v := modal(s.P, "notice", s.P.T("already.title"), "", nil)
	lines := []slack.RichTextElement{
		paragraph(fill(s.P, "already.first", "By", person(s.P, first.By))...),
		paragraph(Card{Zone: s.Workspace.Location(), Reasons: s.Workspace.Settings.ReasonList()}.decisionLine(s.P, first)...),
	}
	if first.Note != "" {
		lines = append(lines, quote(cut(first.Note, maxCardNote)))
	}
	if len(lost) > 0 {
		lines = append(lines, paragraph(words(s.P.T("already.theirs_stands"))))
	}
	v.Blocks.BlockSet = append([]slack.Block{richText(lines...)}, giveBack(s.P, lost)...)
	return v
}
