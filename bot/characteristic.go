package bot

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The form of one characteristic, on top of the profile's: what it looks at, what it asks of that, and how much it weighs.

const (
	viewCharacteristic = "characteristic"
	actAttribute       = "characteristic.attribute"
	blockAttribute     = "attribute"
	blockWeight        = "weight"
)

// characteristicRef is what the form remembers: which characteristic it is about, empty for a new one, and what of a lead it
// looks at, which says what inputs there are.
type characteristicRef struct {
	ID        string            `json:"id,omitzero"`
	Attribute handoff.Attribute `json:"attribute"`
}

func (r characteristicRef) String() string {
	b, _ := json.Marshal(r) // of plain fields: can't fail
	return string(b)
}

func characteristicView(p *text.Printer, c handoff.Characteristic) slack.ModalViewRequest {
	ref := characteristicRef{c.ID, c.Attribute}
	v := modal(p, viewCharacteristic, p.T("characteristic.title"), p.T("characteristic.submit"), ref)
	attribute := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, actAttribute)
	for _, at := range handoff.Attributes() {
		o := option(string(at), p.T("profile.attribute."+string(at)))
		attribute.Options = append(attribute.Options, o)
		if at == c.Attribute {
			attribute.InitialOption = o
		}
	}
	which := input(blockAttribute, p.T("characteristic.attribute"), "", false, attribute)
	which.DispatchAction = true
	v.Blocks.BlockSet = []slack.Block{which}
	add := func(block string, optional bool, element slack.BlockElement) {
		hint := ""
		if key := "characteristic." + block + ".hint." + string(c.Attribute); p.Has(key) {
			hint = p.T(key)
		}
		// Another attribute's input is another one: what was typed for the one before is not what is asked now.
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, input(block+":"+string(c.Attribute), p.T("characteristic."+block), hint, optional, element))
	}
	switch c.Attribute {
	case handoff.AttributeSize:
		add("min", true, numberField(c.Min, 1, 10_000_000))
		add("max", true, numberField(c.Max, 1, 10_000_000))
	case handoff.AttributeWebsite, handoff.AttributeMailbox:
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, richText(paragraph(words(p.T("profile.shows."+string(c.Attribute))))))
	default:
		if c.Attribute == handoff.AttributeExtra {
			add("label", false, textField(false, handoff.MaxRouteName, c.Label, ""))
		}
		add("values", false, textField(true, handoff.MaxNote, lines(shownValues(p, c)), ""))
	}
	weight := slack.NewRadioButtonsBlockElement(actValue)
	for w := 1; w <= handoff.MaxProfileWeight; w++ {
		o := option(strconv.Itoa(w), p.T("profile.weight."+strconv.Itoa(w)))
		weight.Options = append(weight.Options, o)
		if w == c.Weight {
			weight.InitialOption = o
		}
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet,
		input(blockWeight, p.T("characteristic.weight"), "", false, weight),
		input("name", p.T("characteristic.name"), p.T("characteristic.name.hint"), true, textField(false, handoff.MaxRouteName, c.Name, "")))
	return v
}

// shownValues are a characteristic's values as its reader writes them.
func shownValues(p *text.Printer, c handoff.Characteristic) []string {
	if c.Attribute != handoff.AttributeCountry {
		return c.Values
	}
	names := make([]string, len(c.Values))
	for i, code := range c.Values {
		names[i] = p.Country(code)
	}
	return names
}

// chooseAttribute shows the inputs of another attribute.
func (a *App) chooseAttribute(ctx context.Context, c click) error {
	if c.View == nil {
		return nil
	}
	var ref characteristicRef
	if err := json.Unmarshal([]byte(c.View.PrivateMetadata), &ref); err != nil {
		return fmt.Errorf("bot: the form's own data: %w", err)
	}
	view := characteristicView(c.P, handoff.Characteristic{ID: ref.ID, Attribute: handoff.Attribute(c.Action.SelectedOption.Value), Weight: 2})
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	if _, err := a.slack(ctx, c.Workspace).UpdateViewContext(ctx, view, "", c.View.Hash, c.View.ID); err != nil {
		a.Log.InfoContext(ctx, "characteristic form not updated", "error", err)
	}
	return nil
}

func (a *App) submitCharacteristic(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayHandOver(s.Actor); err != nil {
		return nil, err
	}
	var ref characteristicRef
	if err := json.Unmarshal([]byte(s.View.PrivateMetadata), &ref); err != nil {
		return nil, fmt.Errorf("bot: the form's own data: %w", err)
	}
	typed := func(block string) string { return field(s.View, block+":"+string(ref.Attribute)) }
	number := func(block string) int { return numberOf(s.View, block+":"+string(ref.Attribute)) }
	c := handoff.Characteristic{
		ID: ref.ID, Attribute: ref.Attribute, Label: typed("label"), Min: number("min"), Max: number("max"), Name: field(s.View, "name"),
		Values: split(typed("values")),
	}
	c.Weight, _ = strconv.Atoi(field(s.View, blockWeight))
	if c.Attribute == handoff.AttributeCountry {
		c.Values = codes(typed("values"), text.CountryCode)
	}
	if c.ID == "" {
		c.ID = rand.Text()
	}
	c, wrong := c.Clean()
	if err := wrong.Err(); err != nil {
		return nil, err
	}
	draft, base, err := a.draft(ctx, s.scene)
	if err != nil {
		return nil, err
	}
	if err := a.Store.SaveDraft(ctx, s.Workspace.ID, s.Actor.User, base, draft.With(c)); err != nil {
		return nil, err
	}
	return nil, a.showDraft(ctx, s.scene, s.View.PreviousViewID, "")
}
