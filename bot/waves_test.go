package bot

import (
	"fmt"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/text"
)

// The announcements that there can be, as people read them and as Slack gets them.
func TestWaveGoldens(t *testing.T) {
	s := newStage(t)
	named := func(pairs ...any) (all []handoff.Named) {
		for i := 0; i < len(pairs); i += 2 {
			all = append(all, handoff.Named{Name: pairs[i].(string), Count: pairs[i+1].(int)})
		}
		return all
	}
	var strange []handoff.Named
	for i := range 12 {
		strange = append(strange, handoff.Named{Name: hostile(i), Count: 1000 - i})
	}
	cases := []struct {
		name string
		wave handoff.Wave
	}{
		{"import", handoff.Wave{Leads: 500, Open: 500, Sources: named("Excel file", 500)}},
		{"sources", handoff.Wave{Leads: 57, Open: 40, Sources: named("HubSpot", 31, "Webinar", 20, "", 6), Owners: named("U0ANA00001", 22, "U0LUKE0001", 10)}},
		{"last", handoff.Wave{Leads: 21, Open: 1, Sources: named("HubSpot", 21), Owners: named("Ana of the CRM", 1)}},
		{"decided", handoff.Wave{Leads: 21, Sources: named("", 21)}},
		{"long", handoff.Wave{Leads: 12345, Open: 9876, Sources: strange, Owners: strange}},
		{"erased", handoff.Wave{}},
	}
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, c := range cases {
			blocks, said := waveBlocks(p, c.wave)
			golden(t, fmt.Sprintf("wave_%s_%s.json", c.name, lang), indented(t, map[string]any{"text": said, "blocks": blocks}))
			fmt.Fprintf(&read, "== %s\n%s\n-- as text\n%s\n\n", c.name, s.posted(blocks, said), said)
		}
		golden(t, "waves_"+lang+".txt", []byte(read.String()))
	}
}
