package bot

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
)

// agreedProfile has a characteristic of each kind, with words that mean something to Slack.
func agreedProfile() handoff.Profile {
	return handoff.Profile{Characteristics: []handoff.Characteristic{
		{ID: "i", Attribute: handoff.AttributeIndustry, Values: []string{"Logistics", "<!channel> *Retail*"}, Weight: 3},
		{ID: "s", Attribute: handoff.AttributeSize, Min: 50, Max: 1200, Weight: 2},
		{ID: "c", Attribute: handoff.AttributeCountry, Values: []string{"ES", "MX"}, Weight: 1},
		{ID: "r", Attribute: handoff.AttributeRole, Values: []string{"operations", "supply chain"}, Weight: 2, Name: "Plans routes"},
		{ID: "w", Attribute: handoff.AttributeWebsite, Weight: 1},
		{ID: "x", Attribute: handoff.AttributeExtra, Label: "How many vans?", Values: []string{"More than 20"}, Weight: 2},
		{ID: "m", Attribute: handoff.AttributeMailbox, Weight: 1},
	}}
}

// What a proposal shows: waiting, signed by one side, in force, withdrawn and overtaken.
func TestProposalGoldens(t *testing.T) {
	long := strings.Repeat("Somebody who plans deliveries for a living. ", 40)
	at := cardNow.Add(-time.Hour)
	definitions := handoff.Agreement{
		ID: 7, Kind: handoff.AgreementDefinitions, Base: 1, By: "U0MARTA001", At: at, Why: "Half of those <!here> had no *vans*.",
		Definitions: handoff.Definitions{MQL: long, SQL: "With a need."},
	}
	half := definitions
	half.SalesBy, half.SalesAt = "U0GRACE001", at
	inForce := half
	inForce.Version, inForce.MarketingBy, inForce.MarketingAt, inForce.InForce = 2, "U0MARTA001", cardNow, cardNow
	withdrawn, overtaken := definitions, definitions
	withdrawn.WithdrawnBy, withdrawn.WithdrawnAt = "U0MARTA001", cardNow
	overtaken.WithdrawnAt = cardNow
	profile := handoff.Agreement{ID: 8, Kind: handoff.AgreementProfile, By: "U0GRACE001", At: at, Why: "From our ten best customers.", Profile: agreedProfile()}
	for _, lang := range []string{"en", "es"} {
		p := texts(t).In(lang)
		for name, g := range map[string]handoff.Agreement{
			"definitions": definitions, "definitions_half": half, "definitions_in_force": inForce, "definitions_withdrawn": withdrawn,
			"definitions_overtaken": overtaken, "profile": profile,
		} {
			before := handoff.Agreement{Definitions: handoff.Definitions{SQL: "With a need."}}
			blocks, said := Proposal{g, before, cardNow.Location()}.Render(p)
			golden(t, "proposal_"+name+"_"+lang+".json", indented(t, map[string]any{"blocks": blocks, "text": said}))
		}
	}
}
