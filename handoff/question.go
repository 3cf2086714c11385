package handoff

import (
	"slices"
	"time"
	"unicode/utf8"
)

// MaxQuestion is how many characters a question may have.
const MaxQuestion = 500

// QuestionPatience is how much working time goes by until somebody is reminded of a question.
const QuestionPatience = 8 * time.Hour

// maxNamed is how many people are asked by name when it is not clear whose question it is.
const maxNamed = 3

// Question is what one side asks the other about a round of a lead.
type Question struct {
	ID        int64     `db:"id"`
	Workspace int64     `db:"workspace_id"`
	LeadID    int64     `db:"lead_id"`
	Round     int       `db:"round"`
	Asks      Role      `db:"asks"` // the side that is asked: RoleSales or RoleMarketing
	By        string    `db:"asked_by"`
	At        time.Time `db:"asked_at"`
	Text      string    `db:"question"`  // empty once the lead's person was erased
	Named     []string  `db:"-"`         // whoever is asked by name: ids of people and user groups
	Remind    time.Time `db:"remind_at"` // when they are reminded; zero for not any more

	AnsweredBy string    `db:"answered_by"`
	AnsweredAt time.Time `db:"answered_at"` // zero while it waits
	Answer     string    `db:"answer"`      // empty when a decision on the lead was the answer
}

// Waiting tells whether nobody has answered yet.
func (q Question) Waiting() bool { return q.AnsweredAt.IsZero() }

// Ask returns a question about an open round of a lead. Sales is asked by whoever may hand leads over, marketing by whoever
// may decide; it fails as they do, with ErrErased, ErrRoundOver and ErrAlreadyDecided, and with FieldErrors when the
// question is missing or too long.
func (r Rules) Ask(l Lead, round int, a Actor, asks Role, text string, named []string, now time.Time) (Question, error) {
	if err := r.MayAsk(a, asks); err != nil {
		return Question{}, err
	}
	if err := l.undecided(round); err != nil {
		return Question{}, err
	}
	text = clean(text)
	switch {
	case text == "":
		return Question{}, FieldErrors{{Field: "question", Problem: Missing}}
	case utf8.RuneCountInString(text) > MaxQuestion:
		return Question{}, FieldErrors{{Field: "question", Problem: TooLong, Limit: MaxQuestion}}
	}
	return Question{
		Workspace: l.Workspace, LeadID: l.ID, Round: round, Asks: asks, By: a.User, At: now, Text: text, Named: named,
		Remind: r.Hours.Add(now, QuestionPatience),
	}, nil
}

// MayAsk tells whether the actor may ask a side.
func (r Rules) MayAsk(a Actor, asks Role) error {
	if asks == RoleMarketing {
		return r.MayDecide(a)
	}
	return r.MayHandOver(a)
}

// MayAnswer tells whether the actor may answer: who may decide, when sales is asked; marketing, and while nobody was named for
// it anybody who may hand leads over, when marketing is; and always whoever was asked by name. ErrNotMarketing when not.
func (r Rules) MayAnswer(a Actor, q Question) error {
	if err := r.May(a); err != nil || slices.Contains(q.Named, a.User) {
		return err
	}
	if q.Asks == RoleSales {
		return r.MayDecide(a)
	}
	if a.Roles.Has(RoleMarketing) || r.AnyoneAnswers && !a.Guest {
		return nil
	}
	return a.lacks(ErrNotMarketing)
}

// Answered returns the question with its answer. It fails as MayAnswer does, with ErrAnswered when it waits no more, and with
// FieldErrors when the answer is missing or too long.
func (r Rules) Answered(q Question, a Actor, text string, now time.Time) (Question, error) {
	if err := r.MayAnswer(a, q); err != nil {
		return Question{}, err
	}
	if !q.Waiting() {
		return Question{}, ErrAnswered
	}
	var wrong FieldErrors
	text = checkNote("answer", text, true, &wrong)
	if err := wrong.Err(); err != nil {
		return Question{}, err
	}
	q.AnsweredBy, q.AnsweredAt, q.Answer, q.Remind = a.User, now, text, time.Time{}
	return q, nil
}

// AskedOf returns who is asked by name when a side is asked: whose lead it is (its owner, or whoever handed it over), else the
// side's user groups, else a few of marketing's people. Nobody asks themselves.
func (t Team) AskedOf(asks Role, whose, asker string) []string {
	if whose != "" && whose != asker {
		return []string{whose}
	}
	if groups := t.Groups[asks]; len(groups) > 0 {
		return slices.Clone(groups)
	}
	if asks != RoleMarketing {
		return nil
	}
	people := slices.DeleteFunc(slices.Clone(t.People[asks]), func(u string) bool { return u == asker })
	return people[:min(len(people), maxNamed)]
}
