package bot

import (
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"relevo/handoff"
)

const messageWithALead = "Met her at the fair, she wants prices for 40 vans:\nAna Ruiz &lt;<mailto:ana.ruiz@acme.example|ana.ruiz@acme.example>&gt;\n" +
	"Company: Acme &amp; Sons\ncall her on <tel:+34600111222|+34 600 111 222>, ask <@U0LUKE0001>"

func TestLeadOfAMessage(t *testing.T) {
	for _, tt := range []struct {
		text string
		want handoff.Person
	}{
		{messageWithALead, handoff.Person{Name: "Ana Ruiz", Email: "ana.ruiz@acme.example", Phone: "+34600111222", Company: "Acme & Sons"}},
		{"*Nombre:* José de la Peña\n*Correo:* jose@acme.example\n*Teléfono:* 600 111 222\nEmpresa: _Acme_", handoff.Person{Name: "José de la Peña", Email: "jose@acme.example", Phone: "600 111 222", Company: "Acme"}},
		{"maria.garcia-lopez@acme.example pide precio", handoff.Person{Email: "maria.garcia-lopez@acme.example"}},
		{"please write to luke.carter@acme.example", handoff.Person{Name: "Luke Carter", Email: "luke.carter@acme.example"}},
		{"info@acme.example, 2026-11-24, order 1042, 3.500,00 €", handoff.Person{Email: "info@acme.example"}},
		{"(91) 555-12-34 56 from María van der Berg, m@b.example", handoff.Person{Name: "María van der Berg", Phone: "(91) 555-12-34 56", Email: "m@b.example"}},
		{"call 0034 600 111 222 on 24/11/2026 10:00", handoff.Person{Phone: "0034 600 111 222"}},
		{"nothing of use here @ all", handoff.Person{}},
		{"", handoff.Person{}},
		{strings.Repeat("x", 300) + "@acme.example", handoff.Person{}},
	} {
		got := guessLead(slack.Msg{Text: tt.text})
		if got.Person != tt.want {
			t.Errorf("%q\ngot  %+v\nwant %+v", tt.text, got.Person, tt.want)
		}
		if n := len([]rune(got.Activity)); n > handoff.MaxNote {
			t.Errorf("%q: %d characters of activity", tt.text, n)
		}
	}
}

// The activity is what people read: no markup, and of an app's message what its attachments say.
func TestWordsOfAMessage(t *testing.T) {
	got := guessLead(slack.Msg{
		Text:        "New <https://form.example/1|answer> in <#C1|leads> for <@U1> &amp; <!here>",
		Attachments: []slack.Attachment{{Fallback: "New answer", Fields: []slack.AttachmentField{{Title: "Email", Value: "<mailto:ana@acme.example|ana@acme.example>"}}}},
	})
	want := "New answer (https://form.example/1) in #leads for  & \nNew answer\nEmail: ana@acme.example"
	if got.Activity != want || got.Email != "ana@acme.example" {
		t.Errorf("got  %q, %q\nwant %q", got.Activity, got.Email, want)
	}
}
