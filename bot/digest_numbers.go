package bot

import (
	"fmt"
	"math"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// How a digest writes numbers and days.

func arrow(d handoff.Direction) string {
	switch d {
	case handoff.Up:
		return "\u00a0↑"
	case handoff.Down:
		return "\u00a0↓"
	}
	return ""
}

func ofText(p *text.Printer, x handoff.Proportion) string {
	return p.T("digest.of", "Count", p.Int(x.Count), "Of", p.Int(x.Of))
}

func intervalText(p *text.Printer, x handoff.Proportion) string {
	low, high := x.Interval()
	return p.T("digest.interval", "Share", p.Percent(x.Share()), "Low", p.Int(int(math.Round(low*100))), "High", p.Percent(high))
}

// average writes an average: whole from ten on, else with one digit.
func average(p *text.Printer, x float64) string {
	if tenths := math.Round(x * 10); x < 10 && math.Mod(tenths, 10) != 0 {
		s := fmt.Sprintf("%.1f", x)
		if p.Lang() == "es" {
			return strings.Replace(s, ".", ",", 1)
		}
		return s
	}
	return p.Int(int(math.Round(x)))
}

// worked writes working time: from a day on in hours, because a working day is shorter than a day.
func worked(p *text.Printer, d time.Duration) string {
	if d.Round(time.Minute) < 24*time.Hour {
		return p.Span(d)
	}
	return p.T("digest.hours", "Hours", p.Int(int(d.Round(time.Hour)/time.Hour)))
}

// shortDay writes the day of a chart: "24 Nov".
func shortDay(p *text.Printer, t time.Time) string {
	_, day, _ := strings.Cut(p.Day(t), " ")
	return day
}

// weekDays writes the days of a week: "16–22 Nov 2026", "28 Dec 2026 – 3 Jan 2027".
func weekDays(p *text.Printer, w handoff.Week) string {
	y, m, d := w.Start().Date()
	return days(p, w.Start(), time.Date(y, m, d+6, 12, 0, 0, 0, w.Zone))
}

// days writes the days from one to another, which is the only one when they are the same.
func days(p *text.Printer, first, last time.Time) string {
	switch {
	case first.Year() != last.Year():
		return p.Date(first) + " – " + p.Date(last)
	case first.Month() != last.Month():
		return shortDay(p, first) + " – " + p.Date(last)
	case first.Day() != last.Day():
		return fmt.Sprintf("%d–%s", first.Day(), p.Date(last))
	default:
		return p.Date(last)
	}
}
