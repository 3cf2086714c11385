package bot

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// Whatever is warned of has its words, with its numbers.
func TestWarningSentences(t *testing.T) {
	for _, tt := range []struct {
		w      handoff.Warning
		en, es string
	}{
		{
			handoff.Warning{Kind: handoff.WarnOverFiltering, Now: handoff.Proportion{Count: 44, Of: 52}, Before: handoff.Proportion{Count: 96, Of: 192}, Leads: 20.25, Usual: 40},
			"In the last four weeks sales accepted 44\u00a0of\u00a052 (85%, before 50%), but only 20 leads a week came in, before 40. People who would become customers may be left out.",
			"En las últimas cuatro semanas ventas aceptó 44\u00a0de\u00a052 (85\u00a0%, antes 50\u00a0%), pero solo llegaron 20 leads por semana, antes 40. Puede que se quede fuera gente que acabaría siendo cliente.",
		},
		{
			handoff.Warning{Kind: handoff.WarnNeedHunting, Where: handoff.HuntedForm, Words: strings.Split("abcdefg", "")},
			"A form asks “a”, “b”, “c”, “d”, “e”, and 2 more. Whether there is a need is for sales to find out; whoever cannot answer yet may not send it.",
			"Un formulario pregunta «a», «b», «c», «d», «e», y 2 más. Si hay una necesidad lo averigua ventas; quien aún no sabe responder quizá no lo envíe.",
		},
		{
			handoff.Warning{Kind: handoff.WarnNeedHunting, Where: handoff.HuntedDefinition, Words: []string{"budget"}},
			"The definition of an MQL asks for “budget”. Whether there is a need is for sales to find out; whoever does not say it yet is left out.",
			"La definición de MQL pide «budget». Si hay una necesidad lo averigua ventas; quien aún no lo dice se queda fuera.",
		},
		{
			handoff.Warning{Kind: handoff.WarnNeedHunting, Where: handoff.HuntedMapping, Words: []string{"Budget"}},
			"The mapping file expects forms to ask “Budget”. Whether there is a need is for sales to find out.",
			"El archivo de asignación espera que los formularios pregunten «Budget». Si hay una necesidad lo averigua ventas.",
		},
		{
			handoff.Warning{Kind: handoff.WarnPileUp, Leads: 12, Usual: 9.5},
			"12 leads are past due; in a usual week 9.5 come in.", "Hay 12 leads fuera de plazo; en una semana normal llegan 9,5.",
		},
		{
			handoff.Warning{Kind: handoff.WarnBadData, Campaign: "Brand", Now: handoff.Proportion{Count: 7, Of: 12}, Before: handoff.Proportion{Count: 5, Of: 100}},
			"Of the leads from Brand, 7\u00a0of\u00a012 were rejected for their data (58%, before 5%). A form or a list may be broken.",
			"De los leads de Brand, 7\u00a0de\u00a012 se rechazaron por sus datos (58\u00a0%, antes 5\u00a0%). Puede que falle un formulario o una lista.",
		},
	} {
		for lang, want := range map[string]string{"en": tt.en, "es": tt.es} {
			p := texts(t).In(lang)
			if got := warningText(p, tt.w); got != want || !p.Has("warning."+string(tt.w.Kind)) {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
}

// What a manager is told of decisions taken by the clock is as its golden file, and nothing when there were none.
func TestTempoGoldens(t *testing.T) {
	s := newStage(t)
	week := handoff.Week{Year: 2026, Number: 47, Zone: time.UTC}
	usual := handoff.Tempo{By: "U0LUKE0001", Decided: 12, AtOnce: 1, AtDue: 1}
	tempos := []handoff.Tempo{{By: "U0ANA00001", Decided: 11, AtOnce: 9}, usual, {By: "U0GRACE001", Decided: 20, AtDue: 19}}
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		if blocks, _ := tempoBlocks(p, week, []handoff.Tempo{usual}); blocks != nil {
			t.Errorf("%s: a usual week is told: %s", lang, indented(t, blocks))
		}
		blocks, said := tempoBlocks(p, week, tempos)
		golden(t, "tempo_"+lang+".txt", []byte(s.posted(blocks, said)+"\n\n"+said+"\n"))
	}
}
