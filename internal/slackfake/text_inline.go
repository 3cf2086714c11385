package slackfake

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var angled = regexp.MustCompile(`<([^<>]+)>`)

var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// mrkdwn is mrkdwn text with its mentions, dates and links written out.
func (r *reader) mrkdwn(s string) string {
	return unescape.Replace(angled.ReplaceAllStringFunc(s, func(match string) string {
		inner := match[1 : len(match)-1]
		target, label, labelled := strings.Cut(inner, "|")
		switch {
		case strings.HasPrefix(target, "@"):
			return r.user(target[1:])
		case strings.HasPrefix(target, "#"):
			return r.channel(target[1:])
		case strings.HasPrefix(target, "!date^"):
			parts := strings.SplitN(target, "^", 4)
			if len(parts) >= 3 {
				if at, err := strconv.ParseInt(parts[1], 10, 64); err == nil {
					return r.date(at, parts[2])
				}
			}
			return label
		case strings.HasPrefix(target, "!subteam^"):
			return r.group(strings.TrimPrefix(target, "!subteam^"))
		case strings.HasPrefix(target, "!"):
			return "@" + target[1:]
		case labelled:
			return label
		}
		return strings.TrimPrefix(target, "mailto:")
	}))
}

func (r *reader) user(id string) string {
	if r.s != nil {
		if u := r.s.user(id); u != nil {
			return "@" + u.RealName
		}
	}
	return "@" + id
}

func (r *reader) channel(id string) string {
	if r.s != nil {
		if c := r.s.channel(id); c != nil {
			return "#" + c.Name
		}
	}
	return "#" + id
}

func (r *reader) group(id string) string {
	if r.s != nil {
		for _, g := range r.s.groups {
			if g.ID == id {
				return "@" + g.Handle
			}
		}
	}
	return "@" + id
}

// date writes a moment in the team's zone in one of Slack's date formats.
func (r *reader) date(unix int64, format string) string {
	at := time.Unix(unix, 0).UTC()
	now := at
	if r.s != nil {
		at, now = at.In(r.s.zone), r.s.now().In(r.s.zone)
	}
	long := at.Format("January ") + ordinal(at.Day()) + at.Format(", 2006")
	pretty := func(otherwise string) string {
		day := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 12, 0, 0, 0, time.UTC) }
		switch day(at).Sub(day(now)) {
		case 0:
			return "today"
		case -24 * time.Hour:
			return "yesterday"
		case 24 * time.Hour:
			return "tomorrow"
		}
		return otherwise
	}
	short, weekday := at.Format("Jan 2, 2006"), at.Format("Monday, ")+long
	return strings.NewReplacer(
		"{date_num}", at.Format("2006-01-02"), "{date_short_pretty}", pretty(short), "{date_long_pretty}", pretty(weekday), "{date_pretty}", pretty(long),
		"{date_short}", short, "{date_long}", weekday, "{date}", long, "{day_divider_pretty}", pretty(weekday),
		"{time_secs}", at.Format("15:04:05"), "{time}", at.Format("15:04"), "{ago}", ago(now.Sub(at)),
	).Replace(format)
}

func ordinal(n int) string {
	suffix := "th"
	if n/10 != 1 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}

func ago(d time.Duration) string {
	switch {
	case d < 0:
		return "in " + strings.TrimSuffix(ago(-d), " ago")
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

func microTime(micros int64) time.Time { return time.UnixMicro(micros) }

// rich is rich text, a line for each of its parts.
func (r *reader) rich(parts []Object) string {
	var lines []string
	for _, p := range parts {
		switch str(p["type"]) {
		case "rich_text_list":
			indent := strings.Repeat("  ", number(p["indent"], 0))
			for i, item := range objects(p["elements"]) {
				mark := "- "
				if str(p["style"]) == "ordered" {
					mark = strconv.Itoa(number(p["offset"], 0)+i+1) + ". "
				}
				lines = append(lines, indent+mark+r.inline(objects(item["elements"])))
			}
		case "rich_text_quote":
			lines = append(lines, "> "+strings.ReplaceAll(r.inline(objects(p["elements"])), "\n", "\n> "))
		default:
			lines = append(lines, strings.TrimRight(r.inline(objects(p["elements"])), "\n"))
		}
	}
	return strings.Join(lines, "\n")
}

func (r *reader) inline(words []Object) string {
	var out strings.Builder
	for _, w := range words {
		switch str(w["type"]) {
		case "text":
			said := str(w["text"])
			if object(w["style"])["strike"] == true {
				said = "~" + strings.TrimSpace(said) + "~"
			}
			out.WriteString(said)
		case "link":
			out.WriteString(firstOf(str(w["text"]), str(w["url"])))
		case "user":
			out.WriteString(r.user(str(w["user_id"])))
		case "channel":
			out.WriteString(r.channel(str(w["channel_id"])))
		case "usergroup":
			out.WriteString(r.group(str(w["usergroup_id"])))
		case "emoji":
			out.WriteString(":" + str(w["name"]) + ":")
		case "date":
			out.WriteString(r.date(int64(number(w["timestamp"], 0)), str(w["format"])))
		case "broadcast":
			out.WriteString("@" + str(w["range"]))
		case "color":
			out.WriteString(str(w["value"]))
		}
	}
	return out.String()
}
