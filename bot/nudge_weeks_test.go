package bot_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// Diego owns leads and Paloma is a manager, both in Mexico, seven or eight hours behind Madrid.
const (
	diego  = "U0DIEGO001"
	paloma = "U0PALOMA01"
)

// almanac knows for each minute of some weeks who works. It counts them one by one, and shares nothing with the domain.
type almanac struct {
	begin time.Time
	sums  map[string][]int // by zone: minutes worked before each minute
}

func newAlmanac(begin time.Time, days int, holidays []string, zones ...string) *almanac {
	a := &almanac{begin, map[string][]int{}}
	for _, name := range zones {
		zone, err := time.LoadLocation(name)
		if err != nil {
			panic(err)
		}
		sums := []int{0}
		for m := range days * 24 * 60 {
			t := begin.Add(time.Duration(m) * time.Minute).In(zone)
			works := t.Weekday() >= time.Monday && t.Weekday() <= time.Friday && t.Hour() >= 9 && t.Hour() < 18 && !slices.Contains(holidays, t.Format("01-02"))
			sums = append(sums, sums[m]+map[bool]int{true: 1}[works])
		}
		a.sums[name] = sums
	}
	return a
}

func (a *almanac) minute(t time.Time) int { return int(t.Sub(a.begin) / time.Minute) }

func (a *almanac) works(zone string, t time.Time) bool {
	m := a.minute(t)
	return a.sums[zone][m+1] > a.sums[zone][m]
}

// after returns when so many minutes were worked in Madrid since t, moved to where somebody works there; false when it is
// after the weeks.
func (a *almanac) after(t time.Time, minutes int) (exact, working time.Time, ok bool) {
	sums := a.sums["Europe/Madrid"]
	from := a.minute(t)
	for m := from; m < len(sums)-1; m++ {
		if sums[m]-sums[from] >= minutes {
			if exact.IsZero() {
				exact = a.begin.Add(time.Duration(m) * time.Minute)
			}
			if sums[m+1] > sums[m] {
				return exact, a.begin.Add(time.Duration(m) * time.Minute), true
			}
		}
	}
	return exact, exact, false
}

// wait is the time in which a lead is open: from its offer, or from a take-back.
type wait struct {
	number  int64
	owner   string
	from    time.Time
	minutes int       // of work that there is to decide
	until   time.Time // when it is decided; zero for never
	done    bool      // it was decided
	again   bool      // it was taken back: the next life begins a working day later

	half, overdue bool
	late          []string
}

// due returns what this life's people are reminded of at a step, and remembers it.
func (l *wait) due(a *almanac, now time.Time) (all []string) {
	if now.Before(l.from) || !l.until.IsZero() && now.After(l.until) {
		return nil
	}
	zones := map[string]string{diego: "America/Mexico_City", paloma: "America/Mexico_City"}
	zone := func(user string) string { return cmp.Or(zones[user], "Europe/Madrid") }
	_, half, _ := a.after(l.from, l.minutes/2)
	end, past, pastOK := a.after(l.from, l.minutes)
	_, twice, twiceOK := a.after(l.from, 2*l.minutes)
	if l.owner != "" && !l.half && !now.Before(half) && now.Before(end) && a.works(zone(l.owner), now) {
		l.half = true
		all = append(all, fmt.Sprintf("half %s #%d", l.owner, l.number))
	}
	if pastOK && !l.overdue && !now.Before(past) && a.works("Europe/Madrid", now) {
		l.overdue = true
		all = append(all, fmt.Sprintf("overdue #%d", l.number))
	}
	for _, m := range []string{slackfake.Grace, paloma} {
		if twiceOK && !now.Before(twice) && !slices.Contains(l.late, m) && a.works(zone(m), now) {
			l.late = append(l.late, m)
			all = append(all, fmt.Sprintf("late %s #%d", m, l.number))
		}
	}
	return all
}

// watcher reads the reminders that are in Slack.
type watcher struct {
	*world
	shown map[string]string          // what each list's row said last
	posts map[string]int             // lists, by kind, reader and day
	names map[string]map[string]bool // by lead and since when it waits: the lists that mention its owner
	since map[int64]time.Time        // by lead: since when it waits
	calls int                        // to Slack, at the last look
}

var rowNumber = regexp.MustCompile(`(?m)^- (?:<[^|>]*\|)?#(\d+)\b.*$`)

// reads returns what people are reminded of since the last look.
func (w *watcher) reads() (all []string) {
	calls := w.fake.Calls("chat.postMessage") + w.fake.Calls("chat.update")
	if calls == w.calls {
		return nil
	}
	w.calls = calls
	now := w.fake.Now()
	for channel, reader := range map[string]string{slackfake.ChannelLeads: "", "D" + diego[1:]: diego, "D" + slackfake.Grace[1:]: slackfake.Grace,
		"D" + slackfake.Luke[1:]: slackfake.Luke, "D" + paloma[1:]: paloma} {
		for _, m := range w.fake.Messages(channel) {
			if now.Sub(m.Time()) > 36*time.Hour {
				continue
			}
			said := w.fake.Text(m.Blocks)
			kind, reader := "", reader
			switch {
			case strings.Contains(said, "half of the time to decide on #"):
				kind = "half"
				var n int64
				fmt.Sscanf(said[strings.Index(said, "#"):], "#%d", &n)
				said = fmt.Sprintf("- #%d", n)
				reader, _, _ = strings.Cut(strings.TrimPrefix(m.Text, "<@"), ">")
			case strings.Contains(said, "Half of the time"):
				kind = "half"
			case strings.Contains(said, "twice"):
				kind = "late"
			case strings.Contains(said, "past due\n") || strings.Contains(m.Text, "decided by now"):
				kind = "overdue"
			}
			if kind == "" {
				continue
			}
			day := fmt.Sprintf("%s %s %s", kind, reader, m.Time().In(madrid()).Format(time.DateOnly))
			if w.shown[m.TS] == "" && !strings.HasPrefix(said, "- ") && kind != "half" {
				w.posts[day]++
			}
			w.shown[m.TS] = "seen"
			for _, row := range rowNumber.FindAllStringSubmatch(said, -1) {
				key := strings.Join(strings.Fields(fmt.Sprintf("%s %s #%s", kind, reader, row[1])), " ")
				due := w.since[number(row[1])].String()
				if of := row[1] + " since " + due; kind == "overdue" && strings.Contains(row[0], "owner @") {
					if w.names[of] == nil {
						w.names[of] = map[string]bool{}
					}
					w.names[of][m.TS] = true
				}
				if w.shown[key] != due && !strings.Contains(row[0], "~") {
					w.shown[key] = due
					all = append(all, key)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

func number(s string) (n int64) {
	fmt.Sscan(s, &n)
	return n
}

// Four weeks with two holidays, the change to summer time, and a restart each day: everybody is reminded of everything exactly
// once, in its time, as an almanac says that counts minutes.
func TestFourWeeksOfReminders(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 3, 9, 0, 0, 0, 0, madrid())
	const days, step = 28, 30 * time.Minute
	a := newAlmanac(begin, days+2, []string{"03-19", "04-03"}, "Europe/Madrid", "America/Mexico_City")
	w := &watcher{emptyWorld(t, "http", "en"), map[string]string{}, map[string]int{}, map[string]map[string]bool{}, map[int64]time.Time{}, 0}
	w.fake.SetNow(begin)
	for _, u := range []slackfake.User{{ID: diego, RealName: "Diego Lara"}, {ID: paloma, RealName: "Paloma Rey"}} {
		u.TZ = "America/Mexico_City"
		w.fake.AddUser(u)
	}
	w.start()
	_, err := w.store.ChangeSettings(t.Context(), 1, slackfake.Grace, begin, func(set *handoff.Settings) error {
		set.Team.People = map[handoff.Role][]string{handoff.RoleManager: {slackfake.Grace, paloma}}
		set.Calendar.Holidays = []handoff.Holiday{{Day: "03-19"}, {Day: "2026-04-03"}}
		set.Due.Sources = []string{"Demo request"}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var lives []*wait
	arrive := func(now time.Time, owner, source string, open time.Duration) {
		r := w.arrives(handoff.Arrival{Person: handoff.Person{Phone: fmt.Sprint(len(lives))}, Touch: handoff.Touch{Source: source}, Owner: owner})
		l := &wait{number: r.Number, owner: owner, from: now, minutes: 8 * 60}
		if source != "Fair" {
			l.minutes = 2 * 60
		}
		if open > 0 {
			l.until = now.Add(open)
		}
		lives = append(lives, l)
		w.since[l.number] = now
	}
	owners := []string{"", slackfake.Luke, diego}
	sources := []string{"Fair", "DEMO  request", "Fair", "demo request"}
	sources[1] = "DEMO request"
	opens := []time.Duration{11 * 24 * time.Hour, 90 * time.Minute, 26 * time.Hour, 0, 7 * time.Hour, 4 * 24 * time.Hour, 9 * 24 * time.Hour, 30 * time.Minute}
	total := map[string]int{}
	day := begin
	for i := range days * int(24*time.Hour/step) {
		now := begin.Add(time.Duration(i) * step)
		if today := now.In(madrid()).Format(time.DateOnly); today != day.In(madrid()).Format(time.DateOnly) {
			day = now
			w.stop()
			w.start()
		}
		if h := now.In(madrid()).Hour(); h > 2 && h < 8 {
			continue // nobody works, and nobody comes
		}
		w.fake.SetNow(now)
		w.quiet()
		var want []string
		halves := map[string][]string{}
		for _, l := range lives {
			for _, event := range l.due(a, now) {
				want = append(want, event)
				total[strings.Fields(event)[0]]++
				if strings.HasPrefix(event, "half") {
					halves[l.owner] = append(halves[l.owner], event)
				}
			}
		}
		slices.Sort(want)
		if got := w.reads(); !slices.Equal(got, want) {
			t.Fatalf("at %s people are reminded of\n%q, want\n%q", now.In(madrid()).Format("Mon 2 Jan 15:04"), got, want)
		}
		for owner, list := range halves {
			if in := len(w.fake.Messages("D" + owner[1:])); (len(list) > handoff.MaxHalves) != (in > total["direct "+owner]) {
				t.Errorf("%s was reminded of %d leads, and has %d direct messages", owner, len(list), in)
			} else {
				total["direct "+owner] = in
			}
		}
		for _, l := range slices.Clone(lives) {
			switch {
			case !l.done && !l.until.IsZero() && !now.Before(l.until):
				l.done, l.until = true, now
				w.decides(l.number, slackfake.Luke, "A need")
			case l.done && l.again && !now.Before(l.until.Add(20*time.Hour)):
				l.again = false
				w.takesBack(l.number)
				lives = append(lives, &wait{number: l.number, owner: l.owner, from: now, minutes: l.minutes})
				w.since[l.number] = now
			}
		}
		if i%11 == 3 && i < 20*48 {
			n := i / 11
			arrive(now, owners[n%3], sources[n%4], opens[n%8])
			lives[len(lives)-1].again = n%16 == 5
		}
		if i == 2*48+21 { // seven at once for one owner
			for range 7 {
				arrive(now, diego, "Fair", 0)
			}
		}
		w.quiet()
	}
	for day, n := range w.posts {
		if n != 1 {
			t.Errorf("%d lists: %s", n, day)
		}
	}
	owned := 0
	for _, l := range lives {
		if l.owner != "" && l.overdue {
			owned++
		}
	}
	if len(w.names) != owned {
		t.Errorf("the owners of %d leads were mentioned on a list, want %d", len(w.names), owned)
	}
	for of, lists := range w.names {
		if len(lists) != 1 {
			t.Errorf("%d lists mention the owner of %s", len(lists), of)
		}
	}
	t.Logf("%d leads, reminders %v, lists %d", len(lives), total, len(w.posts))
	for _, kind := range []string{"half", "overdue", "late"} {
		if total[kind] < 20 {
			t.Errorf("only %d reminders of kind %s: the test tests little", total[kind], kind)
		}
	}
}

// takesBack takes the decision on a lead back.
func (w *world) takesBack(number int64) {
	w.t.Helper()
	l, rules := w.lead(number), w.workspace().Rules()
	ds, err := w.store.Decisions(w.t.Context(), 1, l.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	_, err = w.store.TakeBack(w.t.Context(), 1, l.ID, ds[len(ds)-1].ID, func(l handoff.Lead, d handoff.Decision) (handoff.Decision, error) {
		return rules.TakeBack(l, d, handoff.Actor{User: d.By}, "A slip", w.fake.Now())
	}, rules)
	if err != nil {
		w.t.Fatal(err)
	}
}
