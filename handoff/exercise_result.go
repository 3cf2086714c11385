package handoff

import (
	"cmp"
	"math"
	"reflect"
	"slices"
)

// Result is what an exercise has shown: what each side says, beside what the decisions say. Of who said what it knows nothing.
type Result struct {
	Answers  map[Side]int `json:"answers"`
	Leads    []Judged     `json:"leads,omitempty"`
	Marks    []Weighed    `json:"marks"`
	Accepted Proportion   `json:"accepted"` // of all decided leads of the lookback
	Next     Profile      `json:"next"`     // the profile that follows from the answers; without characteristics when none does
}

// Judged is a lead that both sides judged without knowing whose it is.
type Judged struct {
	Lead      int64   `json:"lead"`
	Verdict   Verdict `json:"verdict"` // Accept or Reject; empty when its decision was taken back meanwhile
	Sales     Votes   `json:"sales"`
	Marketing Votes   `json:"marketing"`
}

// Votes are how many of a side called a lead best, and worst.
type Votes struct {
	Best  int `json:"best"`
	Worst int `json:"worst"`
}

// Accord tells whether the sides agree.
type Accord int

// What there can be between the sides.
const (
	Undecided Accord = iota // a side has said nothing, or not one thing
	Agree
	Differ
)

func (v Votes) leans() int { return cmp.Compare(v.Best, v.Worst) }

// Accord tells whether both sides lean to the same: more of each call the lead best than worst, or the other way round.
func (j Judged) Accord() Accord {
	switch product := j.Sales.leans() * j.Marketing.leans(); {
	case product > 0:
		return Agree
	case product < 0:
		return Differ
	}
	return Undecided
}

// Weighed is a characteristic with the weights that each side gives it, and how many of the leads were accepted that show it and that lack it. Leads of
// which it is not known are in neither. An attribute of which the exercise asked without values has those that accepted leads have in common.
type Weighed struct {
	Characteristic
	Sales     Weights    `json:"sales"`
	Marketing Weights    `json:"marketing"`
	Shows     Proportion `json:"shows"`
	Lacks     Proportion `json:"lacks"`
}

// Weights are what the people of a side say together.
type Weights struct {
	Count int `json:"count"`
	Sum   int `json:"sum"`
}

// Mean is the average weight; 0 when nobody said one.
func (w Weights) Mean() float64 {
	if w.Count == 0 {
		return 0
	}
	return float64(w.Sum) / float64(w.Count)
}

// Accord tells whether the average weights of the sides are less than one step apart.
func (w Weighed) Accord() Accord {
	switch {
	case w.Sales.Count == 0 || w.Marketing.Count == 0:
		return Undecided
	case math.Abs(w.Sales.Mean()-w.Marketing.Mean()) < 1:
		return Agree
	default:
		return Differ
	}
}

// next is the weight in the next profile: both sides' averages, which count the same however many people a side has, rounded; 0 only when both sides
// say 0.
func (w Weighed) next() int {
	var means []float64
	for _, side := range []Weights{w.Sales, w.Marketing} {
		if side.Count > 0 {
			means = append(means, side.Mean())
		}
	}
	sum, matters := 0.0, false
	for _, m := range means {
		sum, matters = sum+m, matters || math.Round(m) > 0
	}
	if !matters {
		return 0
	}
	return max(1, int(math.Round(sum/float64(len(means)))))
}

// Evidence is what the decisions themselves say of characteristics. It is added to lead by lead.
type Evidence struct {
	all      Proportion
	outcomes map[int64]bool // of the leads that are judged: whether they were accepted
	marks    []Weighed
	values   []map[string]value // of characteristics without values: what leads have
	sizes    [2][]int           // of accepted leads: least and most
}

type value struct {
	said string // as it came first
	Proportion
}

// Evidence returns the evidence for what the exercise asks, before the first lead.
func (x Exercise) Evidence() *Evidence {
	e := &Evidence{outcomes: map[int64]bool{}}
	for _, c := range x.Asked() {
		e.marks = append(e.marks, Weighed{Characteristic: c})
		e.values = append(e.values, map[string]value{})
	}
	return e
}

// Add counts a lead that was accepted or rejected.
func (e *Evidence) Add(l Lead, accepted bool) {
	one := Proportion{Of: 1}
	if accepted {
		one.Count = 1
	}
	e.all = e.all.Plus(one)
	e.outcomes[l.ID] = accepted
	for i, m := range e.marks {
		if !m.bare() {
			e.marks[i].count(m.Of(l), one)
		} else if said := m.said(l); said != "" {
			v := e.values[i][plain(said)]
			e.values[i][plain(said)] = value{cmp.Or(v.said, said), v.Plus(one)}
		}
	}
	if least, most, ok := sizeOf(l.Size); ok && accepted {
		e.sizes[0], e.sizes[1] = append(e.sizes[0], least), append(e.sizes[1], most)
	}
}

// count adds leads that show the characteristic or lack it; those that do not say it are left out.
func (w *Weighed) count(m Mark, leads Proportion) {
	switch m {
	case Shows:
		w.Shows = w.Shows.Plus(leads)
	case Lacks:
		w.Lacks = w.Lacks.Plus(leads)
	}
}

// bare tells whether it is an attribute without what it asks of it.
func (c Characteristic) bare() bool {
	return len(c.Values) == 0 && c.Min == 0 && c.Max == 0 && c.Attribute != AttributeWebsite && c.Attribute != AttributeMailbox
}

// said returns what the lead says of the attribute.
func (c Characteristic) said(l Lead) string {
	return map[Attribute]string{
		AttributeIndustry: l.Industry, AttributeSize: l.Size, AttributeCountry: l.Country, AttributeRole: l.Role, AttributeSource: l.Source,
	}[c.Attribute]
}

// saying is a lead of which nothing is known but what it says of the attribute.
func (c Characteristic) saying(said string) (l Lead) {
	switch c.Attribute {
	case AttributeIndustry:
		l.Industry = said
	case AttributeSize:
		l.Size = said
	case AttributeCountry:
		l.Country = said
	case AttributeRole:
		l.Role = said
	case AttributeSource:
		l.Source = said
	}
	return l
}

// Conclude returns the result of the exercise.
func (x Exercise) Conclude(answers []ExerciseAnswer, e *Evidence) Result {
	r := Result{Answers: map[Side]int{}, Marks: slices.Clone(e.marks), Accepted: e.all}
	for _, id := range x.Leads {
		j := Judged{Lead: id}
		if accepted, known := e.outcomes[id]; known && accepted {
			j.Verdict = Accept
		} else if known {
			j.Verdict = Reject
		}
		r.Leads = append(r.Leads, j)
	}
	for _, a := range answers {
		r.Answers[a.Side]++
		for i, j := range r.Leads {
			votes := &r.Leads[i].Sales
			if a.Side == SideMarketing {
				votes = &r.Leads[i].Marketing
			}
			if slices.Contains(a.Best, j.Lead) {
				votes.Best++
			}
			if slices.Contains(a.Worst, j.Lead) {
				votes.Worst++
			}
		}
		for i, m := range r.Marks {
			weights := &r.Marks[i].Sales
			if a.Side == SideMarketing {
				weights = &r.Marks[i].Marketing
			}
			if w, said := a.Weights[m.ID]; said {
				weights.Count++
				weights.Sum += w
			}
		}
	}
	for i, m := range r.Marks {
		c := m.Characteristic
		if c.bare() {
			if !e.fill(&c, i) {
				continue
			}
			r.Marks[i].Characteristic = c
			for _, v := range e.values[i] {
				r.Marks[i].count(c.Of(c.saying(v.said)), v.Proportion)
			}
		}
		if c.Weight = m.next(); c.Weight == 0 {
			continue
		}
		r.Next.Characteristics = append(r.Next.Characteristics, c)
	}
	return r
}

// Stays tells whether the profile that follows from the answers is the one that was in force when the exercise began.
func (x Exercise) Stays() bool {
	return x.Result != nil && len(x.Result.Next.Characteristics) > 0 && reflect.DeepEqual(x.Result.Next, x.Profile)
}

// maxCommon is how many values an attribute gets in a profile that is made of what accepted leads have in common.
const maxCommon = 5

// fill gives an attribute the values that accepted leads have most often, and a size the range of their middle half; false when fewer than SmallBase have
// any of them in common.
func (e *Evidence) fill(c *Characteristic, i int) bool {
	if c.Attribute == AttributeSize {
		least, most := e.sizes[0], e.sizes[1]
		if len(least) < SmallBase {
			return false
		}
		slices.Sort(least)
		slices.SortFunc(most, func(a, b int) int { return cmp.Compare(uint(a-1), uint(b-1)) }) // 0 is without an end
		c.Min, c.Max = max(1, least[len(least)/4]), most[(3*len(most)-1)/4]
		return true
	}
	var common []value
	for _, v := range e.values[i] {
		if v.Count >= SmallBase {
			common = append(common, v)
		}
	}
	slices.SortFunc(common, func(a, b value) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.said, b.said)) })
	for _, v := range common[:min(len(common), maxCommon)] {
		c.Values = append(c.Values, v.said)
	}
	return len(c.Values) > 0
}
