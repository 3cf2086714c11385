// Package company makes up a company's leads, so that the demo has something to show: Norte sells route planning
// to whoever ships parcels. Nobody in it exists.
package company

import (
	"embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
	"unicode"

	"github.com/BurntSushi/toml"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"relevo/handoff"
)

//go:embed *.toml
var files embed.FS

// Weeks is how far back the history goes.
const Weeks = 10

// Company is what the leads are made of, in one language.
type Company struct {
	First, Last, Roles []string
	Companies          []struct{ Name, Domain, Industry, Country, Size string }
	Campaigns          []campaign
	Needs              []string
	Notes              map[string][]string // by reason
	Why                string              // why a decision is taken back

	reps []string
}

// campaign is something that marketing runs, and how its leads fare: how many come a week, how many of a hundred
// are accepted, and for which reasons the others are not, a reason that stands twice being twice as likely.
type campaign struct {
	Source, Name, Activity string
	Weekly, Accepted       int
	Asks                   bool
	Reasons                []string
	Until                  int // no leads in the last weeks before this one; zero for a campaign that runs on
}

// Load returns the company in a language, "en" or "es". reps are the Slack ids of those who decided.
func Load(lang string, reps ...string) (*Company, error) {
	c := &Company{reps: reps}
	if _, err := toml.DecodeFS(files, "company."+lang+".toml", c); err != nil {
		return nil, fmt.Errorf("company: %w", err)
	}
	return c, nil
}

// History returns the leads of the ten weeks before the week that now is in, each with what became of it. The same
// week gives the same leads.
func (c *Company) History(now time.Time, rules handoff.Rules) []handoff.Arrival {
	week := handoff.WeekOf(now, rules.Hours.Zone)
	dice := rand.New(rand.NewPCG(uint64(week.Year), uint64(week.Number)))
	var all []handoff.Arrival
	for back := Weeks; back >= 1; back-- {
		start := week.Add(-back).Start()
		for _, camp := range c.Campaigns {
			if back <= camp.Until {
				continue
			}
			for range max(0, camp.Weekly+dice.IntN(3)-1) {
				y, m, d := start.Date()
				at := time.Date(y, m, d+dice.IntN(5), 9+dice.IntN(8), dice.IntN(60), 0, 0, rules.Hours.Zone)
				all = append(all, c.decided(dice, camp, at, week, len(all), rules))
			}
		}
	}
	return all
}

func (c *Company) decided(dice *rand.Rand, camp campaign, at time.Time, week handoff.Week, n int, rules handoff.Rules) handoff.Arrival {
	a := c.arrival(dice, camp, n)
	a.At = at
	work := time.Duration(20+dice.IntN(500)) * time.Minute
	if dice.IntN(8) == 0 {
		work += 9 * time.Hour
	}
	o := &handoff.Outcome{Verdict: handoff.Accept, At: rules.Hours.Add(at, work), Timed: true, By: c.reps[dice.IntN(len(c.reps))]}
	if !o.At.Before(week.Start()) {
		o.At = rules.Hours.Add(at, 30*time.Minute) // this week is for whoever plays
	}
	if dice.IntN(100) < camp.Accepted {
		o.Note = c.Needs[dice.IntN(len(c.Needs))]
	} else {
		o.Reason = camp.Reasons[dice.IntN(len(camp.Reasons))]
		o.Verdict = handoff.Reject
		if notes := c.Notes[o.Reason]; len(notes) > 0 {
			o.Note = notes[dice.IntN(len(notes))]
		}
		if r, _ := rules.Reasons.Find(o.Reason); r.FollowUp == handoff.Recycle {
			o.Verdict, o.Back = handoff.NotNow, rules.BackDefault(r, o.At)
			if y, m, d := week.End().Date(); o.Back.Before(week.End()) {
				o.Back = rules.BackOn(y, m, d+1+dice.IntN(20))
			}
		}
	}
	a.Outcome = o
	return a
}

func (c *Company) arrival(dice *rand.Rand, camp campaign, n int) handoff.Arrival {
	first, last := c.First[dice.IntN(len(c.First))], c.Last[dice.IntN(len(c.Last))]
	co := c.Companies[dice.IntN(len(c.Companies))]
	return handoff.Arrival{
		ExternalID: fmt.Sprintf("norte-%04d", n),
		Person: handoff.Person{
			Name: first + " " + last, Company: co.Name, Industry: co.Industry, Country: co.Country, Size: co.Size,
			Email:   fmt.Sprintf("%s.%s.%d@%s.example", plain(first), plain(last), n, co.Domain),
			Website: co.Domain + ".example", Role: c.Roles[dice.IntN(len(c.Roles))],
		},
		Touch: handoff.Touch{Source: camp.Source, Campaign: camp.Name, Activity: camp.Activity, AsksContact: camp.Asks},
	}
}

// plain writes a name as an address has it.
func plain(s string) string {
	letters := runes.Remove(runes.Predicate(func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && r != '-' }))
	s, _, err := transform.String(transform.Chain(norm.NFD, letters), strings.ReplaceAll(strings.ToLower(s), " ", "-"))
	if err != nil {
		return "x" // can't happen: neither step fails
	}
	return s
}

// Arrival returns the n-th lead that may come in next, as a marketing tool would post it; the same each time.
func (c *Company) Arrival(n int) map[string]any {
	dice := rand.New(rand.NewPCG(7, uint64(n)))
	a := c.arrival(dice, c.Campaigns[dice.IntN(len(c.Campaigns))], 5000+n)
	return map[string]any{
		"external_id": fmt.Sprintf("norte-next-%d", n), "name": a.Name, "email": a.Email, "company": a.Company, "website": a.Website,
		"role": a.Role, "industry": a.Industry, "country": a.Country, "size": a.Size, "phone": fmt.Sprintf("+34 910 %03d %03d", dice.IntN(1000), dice.IntN(1000)),
		"source": a.Source, "campaign": a.Campaign, "activity": a.Activity, "asks_contact": a.AsksContact, "link": "https://crm.example/leads/" + a.ExternalID,
	}
}
