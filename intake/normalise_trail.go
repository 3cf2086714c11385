package intake

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"relevo/handoff"
)

// trailNames lists what advertisers hang on an address to know again where a click came from.
var trailNames = append([]string{"utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"}, clickNames...)

// clickNames lists the ids that advertisers give a click, in the order in which they are believed.
var clickNames = []string{"gclid", "gbraid", "wbraid", "msclkid", "li_fat_id", "ttclid", "fbclid"}

// clickSource returns the source that a click id tells of.
func clickSource(name string) string {
	switch name {
	case "gclid", "gbraid", "wbraid":
		return "Google Ads"
	case "msclkid":
		return "Microsoft Ads"
	case "li_fat_id":
		return "LinkedIn"
	case "ttclid":
		return "TikTok"
	case "fbclid":
		return "Facebook"
	}
	return ""
}

// trailField returns which of these a tool's own name means, however it spells it: "UTM Source", "utm-source",
// "UTM_Source__c", "Deal - utm_source".
func trailField(name string) string {
	if len(name) > 40 || name == "" {
		return ""
	}
	folded := strings.TrimSuffix(strings.TrimPrefix(fold(name), "deal "), " c")
	i := slices.IndexFunc(trailNames, func(n string) bool {
		return strings.ReplaceAll(n, "_", " ") == folded || strings.ReplaceAll(n, "_", "") == folded
	})
	if i < 0 {
		return ""
	}
	return trailNames[i]
}

// followLinks reads the trail that hangs on an address, as of the page with the form.
func (f form) followLinks(value string) {
	if !strings.Contains(value, "=") || !strings.HasPrefix(value, "http") || utf8.RuneCountInString(value) > 4000 {
		return
	}
	u, err := url.Parse(strings.TrimSpace(value))
	if err != nil {
		return
	}
	said := u.Query()
	for _, name := range trailNames {
		if v := said.Get(name); v != "" && f.first(name) == "" {
			f[name] = v
		}
	}
}

// trail returns what of the trail is not in the touch already.
func (f form) trail(t handoff.Touch, n *Normaliser) []handoff.Extra {
	var extras []handoff.Extra
	for _, name := range trailNames {
		v := f.first(name)
		if v == "" || name == "utm_source" && n.source.of(v) == n.source.of(t.Source) ||
			name == "utm_campaign" && n.campaign.of(v) == n.campaign.of(t.Campaign) {
			continue
		}
		extras = append(extras, handoff.Extra{Label: name, Value: v})
	}
	return extras
}

// shorten cuts the texts that are too long where they would have the lead refused, and tells whether it did: a tool
// whose answers nobody reads would not send it shorter. Keys and addresses are not cut: they would be others.
func (f form) shorten(wrong Problems) bool {
	cut := func(limit int, names ...string) bool {
		done := false
		for _, name := range names {
			if v := []rune(f.first(name)); len(v) > limit {
				f[name] = string(v[:limit-1]) + "…"
				done = true
			}
		}
		return done
	}
	done := false
	for _, p := range wrong {
		if p.Code != handoff.TooLong {
			continue
		}
		switch p.Field {
		case "external_id", "idempotency_key", "email", "link", "owner":
		case "name":
			done = cut(p.Limit, "name") || done
			done = cut(p.Limit/2-1, "first_name", "last_name") || done
		case "role":
			done = cut(p.Limit, "role", "title", "job_title") || done
		default:
			done = cut(p.Limit, p.Field, "utm_"+p.Field) || done
		}
	}
	return done
}
