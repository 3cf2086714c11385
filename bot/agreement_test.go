package bot_test

import (
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// agreeing is a team in which Grace manages sales, and Marta is all of marketing.
func (w *world) agreeing() {
	w.named(map[handoff.Role][]string{
		handoff.RoleSales: {slackfake.Ana, slackfake.Luke}, handoff.RoleManager: {slackfake.Grace}, handoff.RoleMarketing: {slackfake.Marta},
	})
}

// proposal waits for the message that says these words.
func (w *world) proposal(words ...string) slackfake.Message {
	w.t.Helper()
	return w.showing("a message says ", func() []slackfake.Message { return w.fake.Messages(slackfake.ChannelLeads) }, words)
}

// toldLast is what somebody was told last, privately.
func (w *world) toldLast(user string) string {
	w.t.Helper()
	all := w.fake.Ephemerals(user)
	if len(all) == 0 {
		w.t.Fatalf("%s was told nothing", user)
	}
	return all[len(all)-1].Text
}

// Anybody proposes what an MQL is; a manager of each side signs; and what is decided then is decided by the new version.
func TestDefinitionsAreSigned(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.agreeing()
		said := w.answer(slackfake.Luke, "/mql definitions")
		contains(t, "what every team begins with", w.fake.Text(said.Blocks), "An MQL is", "shows the marks of our perfect customer", "With these every team begins")
		w.press(slackfake.Luke, said, "definitions.propose")
		if got := w.submit(slackfake.Luke, map[string]string{"why": "Let us be clear"}); got.Errors["mql"] != "This is what is in force already." {
			t.Fatalf("nothing was changed, and the form said %+v", got)
		}
		if got := w.submit(slackfake.Luke, map[string]string{"mql": "Somebody with *vans* <!channel>", "why": ""}); got.Errors["why"] == "" {
			t.Fatalf("proposed without a why: %+v", got)
		}
		w.submit(slackfake.Luke, map[string]string{"why": "Half of them had none"})
		m := w.proposal("Half of them had none", "Somebody with *vans* <!channel>", "Sales: not signed yet", "[Sign]")
		if strings.Contains(w.fake.Text(m.Blocks), "> An MQL with a need") {
			t.Error("the proposal shows a text that it does not change")
		}

		w.click(slackfake.Ana, m, "proposal.sign", "")
		contains(t, "what a rep is told", w.toldLast(slackfake.Ana), "Solo firma un responsable de ventas o de marketing")
		w.click(slackfake.Otto, m, "proposal.sign", "")
		w.click(slackfake.Ana, m, "proposal.withdraw", "")
		w.click(slackfake.Grace, m, "proposal.sign", "")
		m = w.proposal("Sales: signed by @Grace Hall", "Marketing: not signed yet", "[Sign]")
		w.click(slackfake.Grace, m, "proposal.sign", "")
		contains(t, "who signs twice", w.toldLast(slackfake.Grace), "each side signs by a person of its own")
		if v := w.workspace().DefinitionsVersion; v != 0 {
			t.Fatalf("version %d is in force with one signature", v)
		}
		w.click(slackfake.Marta, m, "proposal.sign", "")
		m = w.proposal("Version 1 of what MQL and SQL mean is in force", "Marketing: signed by @Marta Vidal")
		if strings.Contains(w.fake.Text(m.Blocks), "[") {
			t.Errorf("what is in force still has buttons:\n%s", w.fake.Text(m.Blocks))
		}
		contains(t, "the definitions", w.fake.Text(w.answer(slackfake.Luke, "/mql definitions").Blocks), "Somebody with *vans* <!channel>", "Version 1, in force since", "@Grace Hall", "@Marta Vidal")

		w.arrives(ana)
		w.click(slackfake.Luke, w.card(1, "[Accept as SQL]"), "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "Routes"})
		w.card(1, "Accepted as SQL")
		if ds, err := w.store.Decisions(t.Context(), w.workspace().ID, w.lead(1).ID); err != nil || len(ds) != 1 || ds[0].DefinitionsVersion != 1 {
			t.Errorf("it was decided by %+v, %v", ds, err)
		}
	})
}

// Two proposals for the same version: the one that is signed first wins, and a form opened before can't undo it.
func TestProposalIsOvertaken(t *testing.T) {
	w := newWorld(t, "http", "en")
	w.agreeing()
	propose := func(user, mql, why string) {
		t.Helper()
		w.press(user, w.answer(user, "/mql definitions"), "definitions.propose")
		w.submit(user, map[string]string{"mql": mql, "why": why})
	}
	propose(slackfake.Luke, "One", "The first")
	propose(slackfake.Ana, "Two", "The second")
	w.proposal("The first", "[Sign]")
	second := w.proposal("The second")
	w.press(slackfake.Grace, w.answer(slackfake.Grace, "/mql definitions"), "definitions.propose")
	contains(t, "what is proposed", w.fake.Text(w.answer(slackfake.Grace, "/mql definitions").Blocks), "2 proposals wait to be signed", "The first", "The second")
	w.click(slackfake.Grace, second, "proposal.sign", "")
	w.click(slackfake.Marta, second, "proposal.sign", "")
	if said := w.fake.Text(w.proposal("The first", "Overtaken").Blocks); strings.Contains(said, "[Sign]") {
		t.Errorf("what was overtaken can still be signed:\n%s", said)
	}
	got := w.submit(slackfake.Grace, map[string]string{"mql": "Three", "why": "The third"})
	if got.View == nil {
		t.Fatalf("a form of an older version was taken: %+v", got)
	}
	contains(t, "who proposes to an older version", w.fake.Text(got.View.Blocks), "Another version came into force", "Three", "The third")

	// Somebody deletes the message: the proposal is signed where it is listed, and posted anew.
	propose(slackfake.Luke, "Five", "The fifth")
	gone := w.proposal("The fifth", "[Sign]")
	w.delete(gone)
	w.press(slackfake.Grace, w.answer(slackfake.Grace, "/mql definitions"), "proposal.sign")
	if m := w.proposal("The fifth", "Sales: signed by @Grace Hall", "[Sign]"); m.TS == gone.TS {
		t.Error("the message was not deleted")
	}
	w.press(slackfake.Luke, w.answer(slackfake.Luke, "/mql definitions"), "proposal.withdraw")
	w.proposal("The fifth", "Withdrawn by @Luke Carter")

	propose(slackfake.Luke, "Four", "The fourth")
	w.click(slackfake.Luke, w.proposal("The fourth", "[Withdraw]"), "proposal.withdraw", "")
	w.proposal("The fourth", "Withdrawn by @Luke Carter")
}

// The profile is edited step by step as a draft, signed, and shown on the cards of open leads.
func TestProfileIsSigned(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.agreeing()
		fits := ana
		fits.Country, fits.Size, fits.Website = "ES", "51-200", "acme.example"
		w.arrives(fits)
		if said := w.fake.Text(w.card(1, "[Accept as SQL]").Blocks); strings.Contains(said, "Fit") {
			t.Errorf("a card shows a fit without a profile:\n%s", said)
		}
		said := w.answer(slackfake.Luke, "/mql profile")
		contains(t, "no profile", w.fake.Text(said.Blocks), "Nobody has written down yet who the perfect customer is")
		w.press(slackfake.Luke, said, "profile.edit")
		if got := w.submit(slackfake.Luke, map[string]string{"why": "So"}); got.View == nil && len(got.Errors) == 0 {
			t.Fatalf("a profile without characteristics was proposed: %+v", got)
		}
		for v := w.fake.Modal(slackfake.Luke); v != nil; v = w.fake.Modal(slackfake.Luke) {
			if err := w.fake.CloseView(t.Context(), slackfake.Luke, v.ID); err != nil {
				t.Fatal(err)
			}
		}
		w.press(slackfake.Luke, said, "profile.edit")
		add := func(attribute string, values map[string]string) {
			t.Helper()
			w.pressModal(slackfake.Luke, "profile.add", "")
			w.pressModal(slackfake.Luke, "characteristic.attribute", attribute)
			if got := w.submit(slackfake.Luke, values); len(got.Errors) > 0 {
				t.Fatalf("%s was refused: %+v", attribute, got.Errors)
			}
		}
		w.pressModal(slackfake.Luke, "profile.add", "")
		w.pressModal(slackfake.Luke, "characteristic.attribute", "country")
		if got := w.submit(slackfake.Luke, map[string]string{"values:country": "Atlantis", "weight": "1"}); !strings.Contains(got.Errors["values:country"], "Atlantis") {
			t.Fatalf("a country that is none: %+v", got)
		}
		w.submit(slackfake.Luke, map[string]string{"values:country": "España, MX", "weight": "3"})
		add("size", map[string]string{"min:size": "50", "max:size": "500", "weight": "2"})
		add("role", map[string]string{"values:role": "operations\nlogistics", "weight": "2", "name": "Plans routes"})
		add("website", map[string]string{"weight": "1"})
		contains(t, "the draft", w.modalSays(slackfake.Luke), "Country: Spain, Mexico · decisive", "Company size: 50 to 500 people · important", "Plans routes: operations, logistics", "Website: the company has one · helps")

		// The form is closed by mistake: the draft is still there.
		if err := w.fake.CloseView(t.Context(), slackfake.Luke, w.fake.Modal(slackfake.Luke).ID); err != nil {
			t.Fatal(err)
		}
		w.press(slackfake.Luke, said, "profile.edit")
		id := func(i int) string {
			t.Helper()
			draft, _, err := w.store.Draft(t.Context(), w.workspace().ID, slackfake.Luke)
			if err != nil {
				t.Fatal(err)
			}
			return draft.Characteristics[i].ID
		}
		w.pressModal(slackfake.Luke, "profile.characteristic", "remove:"+id(3))
		w.pressModal(slackfake.Luke, "profile.characteristic", "up:"+id(2))
		w.pressModal(slackfake.Luke, "profile.characteristic", "edit:"+id(0))
		w.submit(slackfake.Luke, map[string]string{"weight": "1"})
		w.submit(slackfake.Luke, map[string]string{"why": "From our ten best"})
		m := w.proposal("From our ten best", "Country: Spain, Mexico · helps", "[Sign]")
		w.click(slackfake.Grace, m, "proposal.sign", "")
		w.click(slackfake.Marta, m, "proposal.sign", "")
		w.card(1, "Fit 3 of 3: country ✓  plans routes ✓  company size ✓")
		contains(t, "the profile", w.fake.Text(w.answer(slackfake.Ana, "/mql profile").Blocks), "Tamaño de la empresa: de 50 a 500 personas", "Versión 1")

		other := handoff.Arrival{Person: handoff.Person{Name: "Bob", Email: "bob@b.example", Country: "DE", Role: "Founder"}}
		w.arrives(other)
		w.card(2, "Fit 0 of 3: country ✗  plans routes ✗  company size ?")
	})
}
