package bot

import (
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// A routing rule in words: "Spain and Mexico, over 200 people → #mql-latam, Ana, Luis in turn".

// maxSaidRoutes is how many rules the settings show; the rules themselves stand in a list of their own.
const maxSaidRoutes = 5

func sayRoutes(p *text.Printer, ws store.Workspace) (lines [][]span) {
	routes := ws.Settings.Routes
	if len(routes) == 0 {
		return [][]span{{words(p.T("routes.none"))}}
	}
	for i, r := range routes[:min(len(routes), maxSaidRoutes)] {
		lines = append(lines, append([]span{words(fmt.Sprintf("%d. ", i+1))}, routeWords(p, r, ws.LeadsChannel)...))
	}
	if more := len(routes) - maxSaidRoutes; more > 0 {
		return append(lines, []span{words(p.N("list.more", more))})
	}
	return append(lines, fill(p, "routes.rest", "Channel", channel(ws.LeadsChannel)))
}

func routeWords(p *text.Printer, r handoff.Route, leads string) []span {
	to := r.Channel
	if to == "" {
		to = leads
	}
	spans := []span{words(cut(conditionWords(p, r.When), 1500) + " → "), channel(to), words(", ")}
	return append(spans, ownerSpans(p, r.Owners)...)
}

// conditionWords says which leads a rule takes.
func conditionWords(p *text.Printer, c handoff.Conditions) string {
	var countries, languages []string
	for _, code := range c.Countries {
		countries = append(countries, p.Country(code))
	}
	for _, code := range c.Languages {
		languages = append(languages, p.Language(code))
	}
	said := joined(", ",
		p.And(fewOf(p, countries)), sizeWords(p, c.SizeMin, c.SizeMax),
		listWords(p, "routes.industries", c.Industries), listWords(p, "routes.sources", c.Sources),
		listWords(p, "routes.campaigns", c.Campaigns), listWords(p, "routes.languages", languages),
	)
	if c.FitMin > 0 {
		said = joined(", ", said, p.T("routes.fit", "Percent", p.Percent(float64(c.FitMin)/100)))
	}
	if said == "" {
		return p.T("routes.every")
	}
	first, n := utf8.DecodeRuneInString(said)
	return string(unicode.ToUpper(first)) + said[n:]
}

func listWords(p *text.Printer, key string, values []string) string {
	if len(values) == 0 {
		return ""
	}
	return p.T(key, "Values", p.Or(fewOf(p, values)))
}

// fewOf returns the first values, and how many more there are.
func fewOf(p *text.Printer, values []string) []string {
	if len(values) <= maxRouteValues {
		return values
	}
	return append(values[:maxRouteValues:maxRouteValues], p.N("routes.more", len(values)-maxRouteValues))
}

// sizeWords says how many people: companies come in bands that begin with 11, 51, 201.
func sizeWords(p *text.Printer, least, most int) string {
	switch {
	case least == 0 && most == 0:
		return ""
	case most == 0 && least > 1 && (least-1)%10 == 0:
		return p.T("routes.size.over", "From", p.Int(least-1))
	case most == 0:
		return p.T("routes.size.from", "From", p.Int(least))
	case least <= 1:
		return p.T("routes.size.to", "To", p.Int(most))
	default:
		return p.T("routes.size.between", "From", p.Int(least), "To", p.Int(most))
	}
}

// ownerSpans says whose the leads of a rule are, with shares and limits where there are any.
func ownerSpans(p *text.Printer, owners []handoff.RouteOwner) []span {
	if len(owners) == 0 {
		return []span{words(p.T("routes.owners.none"))}
	}
	var spans []span
	for i, o := range owners {
		if i > 0 {
			spans = append(spans, words(", "))
		}
		spans = append(spans, person(p, o.User))
		if o.Share() > 1 {
			spans = append(spans, words(" ×"+p.Int(o.Share())))
		}
		if o.PerDay > 0 {
			spans = append(spans, words(" ("+p.T("routes.owners.most", "Count", p.Int(o.PerDay))+")"))
		}
	}
	if len(owners) > 1 {
		spans = append(spans, words(" "+p.T("routes.owners.turn")))
	}
	return spans
}

// awaySpans says which owners of a rule are away, and until when; nothing when all are there.
func awaySpans(p *text.Printer, r handoff.Route, people map[string]handoff.Member, zone *time.Location, now time.Time) []span {
	var spans []span
	for _, o := range r.Owners {
		m, ok := people[o.User]
		if !ok || !m.AwayAt(now) && m.Standing != handoff.StandingGone {
			continue
		}
		if spans != nil {
			spans = append(spans, words(", "))
		}
		spans = append(append(spans, person(p, o.User)), untilSpans(p, m, zone, now)...)
	}
	if spans == nil {
		return nil
	}
	return append([]span{words(p.T("routes.away") + " ")}, spans...)
}

// untilSpans says until when somebody is away, in brackets; nothing when it is not known.
func untilSpans(p *text.Printer, m handoff.Member, zone *time.Location, now time.Time) []span {
	if m.Standing == handoff.StandingGone {
		return []span{words(" (" + p.T("routes.gone") + ")")}
	}
	until := m.OffUntil
	if m.Away && (m.AwayUntil.IsZero() || m.AwayUntil.After(now)) {
		if m.AwayUntil.IsZero() {
			return nil
		}
		if m.AwayUntil.After(until) {
			until = m.AwayUntil
		}
	}
	return append(append([]span{words(" (")}, fill(p, "routes.until", "Day", day(p, until.In(zone)))...), words(")"))
}
