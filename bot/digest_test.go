package bot

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/internal/text"
)

type digestCase struct {
	name   string
	ledger handoff.Ledger
	opts   DigestOptions
}

func digestCases(t testing.TB) []digestCase {
	links := DigestOptions{CardURLs: map[int64]string{31: "https://example.slack.com/archives/C1/p1732442879000100"}}
	empty := emptyLedger(t)
	empty.First = empty.Week.Add(-30).Start()
	for i := range empty.Tallies[:handoff.TrendWeeks-1] {
		empty.Tallies[i] = busy(i)
	}
	running := fullLedger(t)
	running.Now = running.Week.Start().Add(60 * time.Hour)
	return []digestCase{
		{"full", fullLedger(t), links},
		{"nocharts", fullLedger(t), DigestOptions{NoCharts: true}},
		{"picture", fullLedger(t), DigestOptions{NoCharts: true, Picture: "uploaded"}},
		{"empty", empty, links},
		{"first", firstLedger(t), links},
		{"long", longLedger(t), links},
		{"running", running, links},
		{"own_reasons", ownLedger(t), links},
	}
}

// Every digest is as its golden file, in both languages, and Slack takes it.
func TestDigestGoldens(t *testing.T) {
	s := slackfake.New(slackfake.Options{})
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	client := slack.New(s.BotToken(), slack.OptionAPIURL(s.APIURL()), slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}))

	picture := pictured(t, client)
	for _, c := range digestCases(t) {
		if c.opts.Picture != "" {
			c.opts.Picture = picture
		}
		for _, lang := range text.Languages() {
			p := texts(t).In(lang)
			f := c.ledger.Figures()
			parts := DigestBlocks(p, f, c.opts)
			name := fmt.Sprintf("digest_%s_%s", c.name, lang)
			shown := make([]map[string]any, len(parts))
			thread := ""
			for i, part := range parts {
				shown[i] = map[string]any{"part": part.Part, "text": part.Text, "blocks": part.Blocks}
				if len(part.Blocks) == 0 || part.Part >= digestParts || i == 0 && part.Part != 0 || i > 0 && part.Part <= parts[i-1].Part {
					t.Errorf("%s: part %d of %d blocks", name, part.Part, len(part.Blocks))
				}
				if n := utf8.RuneCountInString(part.Text); n > 4000 || strings.Contains(part.Text, "<!") {
					t.Errorf("%s: the text of part %d has %d characters, or calls everybody", name, part.Part, n)
				}
				options := []slack.MsgOption{slack.MsgOptionBlocks(part.Blocks...), slack.MsgOptionText(part.Text, false)}
				if thread != "" {
					options = append(options, slack.MsgOptionTS(thread))
				}
				_, ts, err := client.PostMessageContext(t.Context(), "#mql-feedback", options...)
				if err != nil {
					t.Errorf("%s: part %d: %v", name, part.Part, err)
				}
				if i == 0 {
					thread = ts
				}
			}
			golden(t, name+".json", indented(t, shown))
			golden(t, name+".txt", []byte(DigestText(p, f)))
		}
	}
	for _, problem := range s.Problems() {
		t.Errorf("Slack refused a digest: %+v", problem)
	}
}

// pictured uploads a picture that can be shown, and returns its id.
func pictured(t *testing.T, client *slack.Client) string {
	t.Helper()
	file, err := client.UploadFileContext(t.Context(), slack.UploadFileParameters{Filename: "chart.png", FileSize: 3, Content: "png"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, _, _, err := client.GetFileInfoContext(t.Context(), file.ID, 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	return file.ID
}

// A terminal gets nothing that it would act on.
func TestDigestTextIsHarmless(t *testing.T) {
	for _, lang := range text.Languages() {
		for line := range strings.Lines(DigestText(texts(t).In(lang), longLedger(t).Figures())) {
			if strings.ContainsAny(strings.TrimSuffix(line, "\n"), "\x1b\x00\r\t\u202e") {
				t.Errorf("%s: %q", lang, line)
			}
		}
	}
}

// Whatever is found, there is a sentence for it, and the sentence has its numbers.
func TestVerdictSentences(t *testing.T) {
	weeks := handoff.Figures{Norm: 8}
	few, none := handoff.Proportion{Count: 3, Of: 4}, handoff.Proportion{}
	base, before := handoff.Proportion{Count: 9, Of: 17}, handoff.Proportion{Count: 30, Of: 100}
	for _, tt := range []struct {
		f      handoff.Figures
		found  handoff.Finding
		en, es string
	}{
		{weeks, handoff.Finding{Kind: handoff.FoundQuiet},
			"A quiet week: no leads came in, and none were decided.", "Una semana tranquila: no llegó ningún lead ni se tomó ninguna decisión."},
		{weeks, handoff.Finding{Kind: handoff.FoundUndecided, Week: handoff.Proportion{Of: 1}},
			"One lead came in; it is not decided yet.", "Llegó un lead; todavía no se ha decidido."},
		{weeks, handoff.Finding{Kind: handoff.FoundUndecided, Week: handoff.Proportion{Of: 7}},
			"7 leads came in; none is decided yet.", "Llegaron 7 leads; todavía no se ha decidido ninguno."},
		{weeks, handoff.Finding{Kind: handoff.FoundAside, Week: handoff.Proportion{Of: 5}},
			"All 5 decisions were about timing or routing, not about the choice of leads.",
			"Las 5 decisiones fueron por momento o derivación, que no tienen que ver con la elección de los leads."},
		{weeks, handoff.Finding{Kind: handoff.FoundAcceptance, Week: base, Before: before, Change: handoff.Up},
			"Sales accepted 9 of 17 leads (53%), clearly more than in the 8 weeks before (30%).",
			"Ventas aceptó 9 de 17 leads (53\u00a0%), claramente más que en las 8 semanas anteriores (30\u00a0%)."},
		{weeks, handoff.Finding{Kind: handoff.FoundAcceptance, Week: base, Before: before, Change: handoff.Down},
			"Sales accepted 9 of 17 leads (53%), clearly fewer than in the 8 weeks before (30%).",
			"Ventas aceptó 9 de 17 leads (53\u00a0%), claramente menos que en las 8 semanas anteriores (30\u00a0%)."},
		{handoff.Figures{Norm: 1}, handoff.Finding{Kind: handoff.FoundAcceptance, Week: base, Before: before},
			"Sales accepted 9 of 17 leads (53%), no clear change from the week before (30%).",
			"Ventas aceptó 9 de 17 leads (53\u00a0%), sin un cambio claro respecto a la semana anterior (30\u00a0%)."},
		{weeks, handoff.Finding{Kind: handoff.FoundAcceptance, Week: few, Before: before},
			"Sales accepted 3 of 4 leads, too few to compare.", "Ventas aceptó 3 de 4 leads, muy pocos para comparar."},
		{weeks, handoff.Finding{Kind: handoff.FoundAcceptance, Week: base, Before: few}, "Sales accepted 9 of 17 leads.", "Ventas aceptó 9 de 17 leads."},
		{handoff.Figures{}, handoff.Finding{Kind: handoff.FoundAcceptance, Week: few, Before: none}, "Sales accepted 3 of 4 leads.", "Ventas aceptó 3 de 4 leads."},
		{weeks, handoff.Finding{Kind: handoff.FoundReason, Reason: "not-a-buyer", Week: base, Before: before, Change: handoff.Up},
			"“Not a buyer” clearly grew: 9 of 17 leads (53%), against 30% before.",
			"«No compra» creció claramente: 9 de 17 leads (53\u00a0%), frente al 30\u00a0% de antes."},
		{weeks, handoff.Finding{Kind: handoff.FoundReason, Reason: "wrong-size", Week: handoff.Proportion{Of: 17}, Before: before, Change: handoff.Down},
			"“Wrong size” clearly shrank: 0 of 17 leads (0%), against 30% before.",
			"«Otro tamaño de empresa» bajó claramente: 0 de 17 leads (0\u00a0%), frente al 30\u00a0% de antes."},
		{weeks, handoff.Finding{Kind: handoff.FoundLate, Week: handoff.Proportion{Count: 1, Of: 4}},
			"One of the leads still open is past due.", "Uno de los leads que siguen abiertos está fuera de plazo."},
		{weeks, handoff.Finding{Kind: handoff.FoundLate, Week: handoff.Proportion{Count: 3, Of: 4}},
			"3 of the leads still open are past due.", "3 de los leads que siguen abiertos están fuera de plazo."},
	} {
		if got := findingText(texts(t).In("en"), tt.f, tt.found); got != tt.en {
			t.Errorf("got  %s\nwant %s", got, tt.en)
		}
		if got := findingText(texts(t).In("es"), tt.f, tt.found); got != tt.es {
			t.Errorf("got  %s\nwant %s", got, tt.es)
		}
	}
}

// Every default reason and every lane has its words.
func TestReasonWords(t *testing.T) {
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		for _, r := range append(handoff.DefaultReasons(), handoff.Reason{Key: handoff.NoReason, Lane: handoff.LaneData}) {
			if !p.Has("reason."+r.Key) || !p.Has("lane."+string(r.Lane)) {
				t.Errorf("%s lacks the words for %s or its lane", lang, r.Key)
			}
			if n := utf8.RuneCountInString(reasonWords(p, nil, r.Key, time.Time{})); n > maxOption {
				t.Errorf("%s: %s has %d characters, too many for an option", lang, r.Key, n)
			}
		}
	}
}

func TestDigestNumbers(t *testing.T) {
	en, es := texts(t).In("en"), texts(t).In("es")
	week := func(year, number int) handoff.Week {
		return handoff.Week{Year: year, Number: number, Zone: madrid(t)}
	}
	for _, tt := range []struct{ got, want string }{
		{weekDays(en, week(2026, 47)), "16–22 Nov 2026"},
		{weekDays(es, week(2026, 49)), "30 nov – 6 dic 2026"},
		{weekDays(en, week(2026, 53)), "28 Dec 2026 – 3 Jan 2027"},
		{weekDays(en, week(2026, 43)), "19–25 Oct 2026"},
		{average(en, 2.125), "2.1"}, {average(es, 2.125), "2,1"}, {average(en, 2.98), "3"}, {average(en, 0), "0"},
		{average(en, 9.96), "10"}, {average(en, 12.6), "13"}, {average(en, 12345.6), "12,346"},
		{worked(en, 200*time.Minute), "3\u00a0h 20\u00a0min"}, {worked(en, 31*time.Hour+20*time.Minute), "31\u00a0h"}, {worked(es, 0), "menos de un minuto"},
		{intervalText(es, handoff.Proportion{Count: 6, Of: 7}), "86\u00a0%\u00a0(49–97\u00a0%)"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
}
