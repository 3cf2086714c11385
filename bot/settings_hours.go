package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The forms of when the workspace works: its days and hours, and its holidays.

const (
	viewHours     = "settings_hours"
	viewHolidays  = "settings_holidays"
	blockDays     = "days"
	blockStart    = "start"
	blockEnd      = "end"
	blockHolidays = "holidays"
)

// week lists the days in the order in which they are shown.
var week = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}

// sayHours says when the workspace works: "Monday to Friday, 09:00 to 18:00".
func sayHours(p *text.Printer, ws store.Workspace) [][]span {
	h := ws.Rules().Hours
	var days []string
	first, last := -1, -1
	for i, d := range week {
		if h.Days[d] {
			days = append(days, p.T("day."+strconv.Itoa(int(d))))
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	pairs := []any{"Start", clock(h.Start), "End", clock(h.End)}
	if len(days) > 2 && last-first == len(days)-1 {
		return [][]span{fill(p, "settings.hours.run", append(pairs, "First", days[0], "Last", days[len(days)-1])...)}
	}
	return [][]span{fill(p, "settings.hours.some", append(pairs, "Days", capital(strings.Join(days, ", ")))...)}
}

// clock writes a time of day: "09:00".
func clock(since time.Duration) string {
	return fmt.Sprintf("%02d:%02d", since/time.Hour, since%time.Hour/time.Minute)
}

func (a *App) openHours(ctx context.Context, c click) error {
	return a.show(ctx, c, hoursView(c.P, c.Workspace))
}

func hoursView(p *text.Printer, ws store.Workspace) slack.ModalViewRequest {
	h := ws.Rules().Hours
	v := modal(p, viewHours, p.T("settings.hours.title"), p.T("settings.save"), nil)
	days := slack.NewCheckboxGroupsBlockElement(actValue)
	for _, d := range week {
		o := option(strconv.Itoa(int(d)), capital(p.T("day."+strconv.Itoa(int(d)))))
		days.Options = append(days.Options, o)
		if h.Days[d] {
			days.InitialOptions = append(days.InitialOptions, o)
		}
	}
	at := func(since time.Duration) slack.BlockElement {
		el := slack.NewTimePickerBlockElement(actValue)
		el.InitialTime = clock(min(since, 24*time.Hour-time.Minute))
		return el
	}
	v.Blocks.BlockSet = []slack.Block{
		input(blockDays, p.T("settings.hours.days"), "", false, days),
		input(blockStart, p.T("settings.hours.start"), "", false, at(h.Start)),
		input(blockEnd, p.T("settings.hours.end"), p.T("settings.recount"), false, at(h.End)),
	}
	return v
}

func (a *App) submitHours(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	in := handoff.Calendar{Start: minutes(field(s.View, blockStart)), End: minutes(field(s.View, blockEnd))}
	for _, value := range fields(s.View, blockDays) {
		if d, err := strconv.Atoi(value); err == nil && d >= 0 && d < len(week) {
			in.Days = append(in.Days, time.Weekday(d))
		}
	}
	in, err := in.Check()
	if err != nil {
		return nil, err
	}
	return a.changeSettings(ctx, s, func(set *handoff.Settings) error {
		in.Holidays = set.Calendar.Holidays
		set.Calendar = in
		return nil
	})
}

// minutes reads a time of day as minutes since midnight; -1 for none.
func minutes(s string) int {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

// maxSaidHolidays is how many holidays the settings name; the form has all.
const maxSaidHolidays = 10

func sayHolidays(p *text.Printer, ws store.Workspace) [][]span {
	all := ws.Settings.Calendar.Holidays
	if len(all) == 0 {
		return [][]span{{words(p.T("settings.holidays.none"))}}
	}
	var lines [][]span
	for _, h := range all[:min(len(all), maxSaidHolidays)] {
		day := p.Date(h.Date())
		if h.Yearly() {
			day = p.T("settings.holidays.yearly", "Day", p.DayOfYear(h.Date()))
		}
		lines = append(lines, []span{words(cut(joined(" · ", day, h.Name), 120))})
	}
	if rest := len(all) - len(lines); rest > 0 {
		lines = append(lines, []span{italic(p.N("list.more", rest))})
	}
	return lines
}

func (a *App) openHolidays(ctx context.Context, c click) error {
	return a.show(ctx, c, holidaysView(c.P, c.Workspace))
}

func holidaysView(p *text.Printer, ws store.Workspace) slack.ModalViewRequest {
	var typed []string
	for _, h := range ws.Settings.Calendar.Holidays {
		typed = append(typed, h.String())
	}
	v := modal(p, viewHolidays, p.T("settings.holidays"), p.T("settings.save"), nil)
	v.Blocks.BlockSet = []slack.Block{
		input(blockHolidays, p.T("settings.holidays.label"), p.T("settings.holidays.hint")+" "+p.T("settings.recount"), true,
			textField(true, 3000, strings.Join(typed, "\n"), p.T("settings.holidays.placeholder"))),
	}
	return v
}

func (a *App) submitHolidays(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	holidays, err := handoff.ParseHolidays(field(s.View, blockHolidays))
	if err != nil {
		return nil, err
	}
	return a.changeSettings(ctx, s, func(set *handoff.Settings) error {
		set.Calendar.Holidays = holidays
		return nil
	})
}
