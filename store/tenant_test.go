package store_test

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// tenant is a workspace with two leads, one of them accepted, and a digest.
type tenant struct {
	store.Workspace
	lead     handoff.Lead
	card     store.Message
	decision handoff.Decision
	fetch    store.Fetch
	proposal handoff.Agreement
	question handoff.Question
	exercise handoff.Exercise
	weekly   handoff.Calibration
	hears    store.Endpoint
	tells    store.Delivery
	leftover int64
}

func settle(t *testing.T, s *store.Store, ws store.Workspace) tenant {
	t.Helper()
	ws.FeedbackChannel = "F1"
	must(t, s.SaveWorkspace(t.Context(), ws))
	must(t, s.SwitchCRM(t.Context(), ws.ID, store.HubSpot, true, monday))
	first := person(1)
	first.ExternalID = "x:1"
	add(t, s, ws, first, person(2))
	l := byNumber(t, s, ws, 1)
	l, d, err := s.Decide(t.Context(), ws.ID, l.ID, "V1", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
	must(t, err)
	m, err := s.CardOf(t.Context(), ws.ID, l.ID, 1)
	must(t, err)
	_, err = s.PlanDigest(t.Context(), ws.ID, "2026-W47", 2, nil, monday)
	must(t, err)
	must(t, s.AddAnswer(t.Context(), ws.ID, "V1", handoff.Answer{Reason: "wrong-size", At: monday}))
	_, err = s.AddFetches(t.Context(), ws, []store.Fetch{{Source: "meta", Key: "k", Ref: "1", Received: monday}})
	must(t, err)
	f, err := s.ClaimFetch(t.Context(), "p", monday, time.Minute)
	must(t, err)
	must(t, s.SaveMember(t.Context(), ws.ID, handoff.Member{User: "U1", Standing: handoff.StandingMember, Locale: ws.Name}))
	must(t, s.SaveGroup(t.Context(), ws.ID, store.UserGroup{ID: "S1", Members: []string{"U1"}}))
	q, err := s.Ask(t.Context(), ws.ID, byNumber(t, s, ws, 2).ID, "V2", ask(ws, "U3", monday))
	must(t, err)
	must(t, s.SaveDraft(t.Context(), ws.ID, "U1", 0, small))
	g := propose(t, s, ws, handoff.Agreement{Kind: handoff.AgreementProfile, Profile: small}, "P1")
	x, err := s.StartExercise(t.Context(), ws.ID, handoff.Exercise{By: "U1", At: monday, Closes: monday.AddDate(0, 0, 7), Again: monday}, "X1", 1)
	must(t, err)
	c := handoff.Calibration{Week: "2026-W47", At: monday.Add(2 * time.Hour), Closes: monday.AddDate(0, 0, 2)}
	_, err = s.PlanCalibration(t.Context(), ws.ID, c, 1)
	must(t, err)
	c, err = s.Calibration(t.Context(), ws.ID, x.ID) // the first of each
	must(t, err)
	hears, err := s.Endpoints(t.Context(), ws.ID)
	must(t, err)
	tells, err := s.ClaimDelivery(t.Context(), hears[0].ID, "p", monday, time.Minute)
	must(t, err)
	must(t, s.SaveCRMRecord(t.Context(), ws.ID, store.CRMRecord{Endpoint: hears[0].ID, LeadID: l.ID, Record: "1"}))
	must(t, s.Leave(t.Context(), ws.ID, store.Leftover{Kind: store.LeftoverHome, Ref: "U1", Owner: "U1", Made: monday}))
	return tenant{ws, l, m, d, f, g, q, x, c, hears[0], tells, x.ID}
}

// none fails when something was found.
func none[T any](got T, err error) error {
	v := reflect.ValueOf(&got).Elem()
	if err != nil && !errors.Is(err, handoff.ErrNotFound) || !v.IsZero() && (v.Kind() != reflect.Slice || v.Len() > 0) {
		return fmt.Errorf("got %+v, %v", got, err)
	}
	return nil
}

// same fails when something else was found.
func same[T any](got, want T, err error) error {
	if err != nil || !reflect.DeepEqual(got, want) {
		return fmt.Errorf("got %+v, %v, want %+v", got, err, want)
	}
	return nil
}

// refused fails when an act was done.
func refused(err error) error {
	if !errors.Is(err, handoff.ErrNotFound) {
		return fmt.Errorf("got %v", err)
	}
	return nil
}

// Two workspaces have the same people, keys and channels. Whatever one asks and does, it sees and changes only
// what is its own.
func TestTenants(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := workspace(t, s)
		ws.FeedbackChannel = "F1"
		must(t, s.SaveWorkspace(ctx, ws))
		a := settle(t, s, ws)
		ofA := summary(t, s, a.Workspace)
		b := settle(t, s, another(t, s, a.Workspace))
		ofB := summary(t, s, b.Workspace)
		rules, far := a.Rules(), monday.AddDate(5, 0, 0)
		second := byNumber(t, s, b.Workspace, 2)
		all := []handoff.Lead{second, b.lead}
		nowhere := store.Workspace{ID: b.ID + 1}

		methods := map[string]func() error{
			// B asks for A's rows.
			"LeadByID": func() error { return none(s.LeadByID(ctx, b.ID, a.lead.ID)) },
			"CardOf":   func() error { return none(s.CardOf(ctx, b.ID, a.lead.ID, 1)) },
			"CardsOf": func() error {
				cards, err := s.CardsOf(ctx, b.ID, []handoff.Lead{a.lead})
				if len(cards) > 0 {
					return fmt.Errorf("got %v", cards)
				}
				return err
			},
			"History":   func() error { return none(s.History(ctx, b.ID, a.lead.ID)) },
			"Decisions": func() error { return none(s.Decisions(ctx, b.ID, a.lead.ID)) },
			"Decide": func() error {
				_, _, err := s.Decide(ctx, b.ID, a.lead.ID, "V1", accept(b.Workspace, "U9", monday), rules)
				return refused(err)
			},
			"TakeBack": func() error {
				_, err := s.TakeBack(ctx, b.ID, a.lead.ID, a.decision.ID, takeBack(b.Workspace, "U9", monday), rules)
				_, crossed := s.TakeBack(ctx, b.ID, b.lead.ID, a.decision.ID, takeBack(b.Workspace, "U9", monday), rules)
				return errors.Join(refused(err), refused(crossed))
			},
			"Reroute": func() error {
				_, _, err := s.Reroute(ctx, b.ID, a.lead.ID, "V9", "r", accept(b.Workspace, "U9", monday), rules)
				return refused(err)
			},
			"Passed": func() error {
				passed, err := s.Passed(ctx, b.ID, a.lead.ID)
				if len(passed) > 0 {
					return fmt.Errorf("got %v", passed)
				}
				return err
			},
			"Assign": func() error {
				_, err := s.Assign(ctx, b.ID, a.lead.ID, "U9", monday, func(l handoff.Lead) (handoff.Lead, error) { return l, nil })
				return refused(err)
			},
			"SetOff":   func() error { return errors.Join(s.SetOff(ctx, b.ID, "U5", far), none(s.Member(ctx, a.ID, "U5"))) },
			"Pictured": func() error { return s.Pictured(ctx, store.Message{ID: a.ID, Workspace: b.ID}, "F1", "weeks", far) },
			"TryRoute": func() error { return none(s.TryRoute(ctx, nowhere, a.lead, monday)) },
			"DecideEach": func() error {
				done, err := s.DecideEach(ctx, b.ID, []int64{a.lead.ID}, "V1", "", accept(b.Workspace, "U9", monday), rules)
				if err != nil || len(done) != 1 {
					return fmt.Errorf("got %+v, %v", done, err)
				}
				return refused(done[0].Err)
			},
			"Agreement":       func() error { return none(s.Agreement(ctx, b.ID, a.proposal.ID)) },
			"ProposalMessage": func() error { return none(s.ProposalMessage(ctx, b.ID, a.proposal.ID)) },
			"ChangeProposal": func() error {
				_, err := s.ChangeProposal(ctx, b.ID, a.proposal.ID, func(g handoff.Agreement, _ int) (handoff.Agreement, error) { return g, nil })
				return refused(err)
			},
			"Exercise":        func() error { return none(s.Exercise(ctx, b.ID, a.exercise.ID)) },
			"ExerciseMessage": func() error { return none(s.ExerciseMessage(ctx, b.ID, a.exercise.ID)) },
			"ExerciseAnswers": func() error { return none(s.ExerciseAnswers(ctx, b.ID, a.exercise.ID)) },
			"AgreementOf":     func() error { return none(s.AgreementOf(ctx, b.ID, a.exercise.ID)) },
			"AnswerExercise": func() error {
				return refused(s.AnswerExercise(ctx, b.ID, a.exercise.ID, handoff.ExerciseAnswer{User: "U9", At: monday}))
			},
			"CloseExercise": func() error { return refused(s.CloseExercise(ctx, b.Workspace, a.exercise, monday)) },
			"RemindExercise": func() error {
				crossed := a.exercise
				crossed.Workspace = b.ID
				return s.RemindExercise(ctx, crossed, []string{"U1"}, monday)
			},
			"AskAgain": func() error {
				crossed := a.exercise
				crossed.Workspace = b.ID
				return s.AskAgain(ctx, crossed, []string{"U1"}, far, monday)
			},
			"Calibration": func() error { return none(s.Calibration(ctx, b.ID, a.weekly.ID)) },
			"AnswerCalibration": func() error {
				return refused(s.AnswerCalibration(ctx, b.ID, a.weekly.ID, "U9", handoff.SideSales, true, monday))
			},
			"Calibrated": func() error {
				crossed := a.weekly
				crossed.Workspace = b.ID
				_, err := s.Calibrated(ctx, crossed)
				return refused(err)
			},
			"PlanCalibration": func() error {
				planned, err := s.PlanCalibration(ctx, b.ID, handoff.Calibration{Week: "2026-W47", At: monday, Closes: far}, 1)
				return same(planned, false, err)
			},
			// B asks for what both have.
			"StartExercise": func() error {
				x, err := s.StartExercise(ctx, b.ID, handoff.Exercise{At: monday, Closes: far}, "X1", 2)
				return same(x.ID, b.exercise.ID, err)
			},
			"LastExercise": func() error { x, err := s.LastExercise(ctx, b.ID); return same(x.ID, b.exercise.ID, err) },
			"Propose": func() error {
				g, err := s.Propose(ctx, b.ID, handoff.Agreement{Kind: handoff.AgreementProfile}, "P1")
				return same(g.ID, b.proposal.ID, err)
			},
			"Proposals": func() error {
				all, err := s.Proposals(ctx, b.ID, handoff.AgreementProfile)
				return errors.Join(same(len(all), 1, err), same(all[0].ID, b.proposal.ID, nil))
			},
			"LeadByNumber": func() error { l, err := s.LeadByNumber(ctx, b.ID, 1); return same(l, b.lead, err) },
			"LeadByEmail":  func() error { l, err := s.LeadByEmail(ctx, b.ID, a.lead.Email); return same(l, b.lead, err) },
			"Search":       func() error { ls, _, err := s.Search(ctx, b.ID, "person", 9); return same(ls, all, err) },
			"Leads": func() error {
				one, _, err := s.Leads(ctx, b.ID, store.Filter{Owner: "U1"}, 9)
				two, _, err2 := s.Leads(ctx, b.ID, store.Filter{DecidedBy: "U1"}, 9)
				open, _, err3 := s.Leads(ctx, b.ID, store.Filter{OverdueAt: far}, 9)
				every, n, err4 := s.Leads(ctx, b.ID, store.Filter{}, 9)
				return errors.Join(same(one, all[1:], err), same(two, all[1:], err2), same(open, all[:1], err3), same(every, all, err4), same(n, 2, nil))
			},
			"Tally": func() error {
				want := []handoff.Tally{{Source: "Webinar", Campaign: "Autumn", First: true, Count: 2}, {Source: "Webinar", Campaign: "Autumn", Verdict: handoff.Accept, Count: 1}}
				got, err := s.Tally(ctx, b.ID, time.Time{}, far)
				return same(got, want, err)
			},
			"Pace": func() error {
				got, err := s.Pace(ctx, b.ID, time.Time{}, far)
				return same(got, handoff.Pace{Timed: 1, Median: time.Hour, P90: time.Hour}, err)
			},
			"WallPace": func() error {
				got, err := s.WallPace(ctx, b.ID, time.Time{}, far)
				return same(got, handoff.Pace{Timed: 1, Median: time.Hour, P90: time.Hour}, err)
			},
			"Loads": func() error {
				want := []handoff.Load{{Open: 1, Overdue: 1}, {User: "U1", Tallies: []handoff.Tally{{Verdict: handoff.Accept, Count: 1}}}}
				got, err := s.Loads(ctx, b.ID, time.Time{}, far)
				return same(got, want, err)
			},
			"DecidedBy": func() error {
				got, err := s.DecidedBy(ctx, b.ID, "U1", 9)
				return same(got, []store.Decided{{LeadID: b.lead.ID, Lead: b.lead, Decision: b.decision}}, err)
			},
			"Backlog": func() error {
				got, err := s.Backlog(ctx, b.ID, far)
				return same(got, handoff.Backlog{Open: 1, Overdue: 1}, err)
			},
			"Needs":   func() error { got, err := s.Needs(ctx, b.ID, time.Time{}, far, 9); return same(len(got), 1, err) },
			"Returns": func() error { r, err := s.Returns(ctx, b.ID, time.Time{}, far); return same(r, handoff.Returns{}, err) },
			"Wave":    func() error { return none(s.Wave(ctx, b.ID, a.card.Subject)) }, // TestBurst has real ones
			"AddAnswer": func() error { // by a form that only A has seen
				return same(s.AddAnswer(ctx, nowhere.ID, "V1", handoff.Answer{}) != nil, true, nil)
			},
			"Answers":    func() error { got, err := s.Answers(ctx, b.ID, time.Time{}, far); return same(len(got), 1, err) },
			"Outcomes":   func() error { got, err := s.Outcomes(ctx, b.ID, time.Time{}, far, far); return same(len(got), 1, err) },
			"Unanswered": func() error { return none(s.Unanswered(ctx, nowhere.ID, time.Time{}, far)) },
			"Campaigns":  func() error { got, err := s.Campaigns(ctx, b.ID, time.Time{}, 9); return same(len(got), 1, err) },
			"Tempos":     func() error { got, err := s.Tempos(ctx, b.ID, time.Time{}, far); return same(len(got), 1, err) },
			"Labels":     func() error { return none(s.Labels(ctx, nowhere.ID, time.Time{}, far)) },
			"RepTally": func() error {
				want := []handoff.RepTally{{Tally: handoff.Tally{Verdict: handoff.Accept, Count: 1}, By: "U1", Quarters: 4}}
				got, err := s.RepTally(ctx, b.ID, time.Time{}, far)
				return same(got, want, err)
			},
			"Rounds": func() error {
				rounds, err := s.Rounds(ctx, b.ID, time.Time{}, far, 9)
				return errors.Join(same(len(rounds), 2, err), none(s.Rounds(ctx, nowhere.ID, time.Time{}, far, 9)))
			},
			"WantSheet": func() error {
				err := s.WantSheet(ctx, b.ID, "2026-W47", "U9", monday)
				m := claim(t, s, store.Post, monday)
				return errors.Join(err, same(m.Workspace, b.ID, nil), s.Drop(ctx, m))
			},
			"PlanDigest": func() error {
				planned, err := s.PlanDigest(ctx, b.ID, "2026-W47", 2, nil, monday)
				return same(planned, false, err)
			},
			"AddFetches": func() error {
				n, err := s.AddFetches(ctx, b.Workspace, []store.Fetch{{Source: "meta", Key: "k", Ref: "1", Received: monday}})
				return same(n, 0, err)
			},
			"Listed": func() error { return none(s.Listed(ctx, nowhere.ID, "overdue:F1:0")) },
			"Nudge": func() error {
				n, err := s.Nudge(ctx, b.ID, monday, nil, nil)
				return same(n, 0, err)
			},
			"Fetching": func() error { n, _, err := s.Fetching(ctx, b.ID); return same(n, 1, err) },
			"Known": func() error {
				_, err := s.AddBatch(ctx, a.Workspace, store.Batch{Merges: []store.Merge{{Into: "x:9", From: []string{"x:1"}}}})
				has, err2 := s.Known(ctx, a.ID, "x:9")
				other, err3 := s.Known(ctx, b.ID, "x:9")
				return errors.Join(err, same(has, true, err2), same(other, false, err3))
			},
			"Fetched": func() error {
				_, err := s.Fetched(ctx, b.Workspace, a.fetch, store.Batch{Arrivals: []handoff.Arrival{person(3)}})
				return refused(err)
			},
			"Erase": func() error { // what only A has
				n, err := s.Erase(ctx, b.ID, store.Erasure{ExternalID: "only:a", Email: "only@a.example"}, monday)
				return same(n, 0, err)
			},
			"Withdrawing": func() error {
				ls, err := s.Withdrawing(ctx, b.ID, store.Erasure{ExternalID: "only:a", Email: "only@a.example", LeadID: a.lead.ID})
				return same(len(ls), 0, err)
			},
			"Person": func() error { return none(s.Person(ctx, b.ID, store.Erasure{LeadID: a.lead.ID})) },
			"EraseAged": func() error { // what is as old in A
				n, _, err := s.EraseAged(ctx, nowhere.ID, handoff.Retention{Open: 1, Accepted: 1}, store.Aged{}, 9, far)
				return same(n, 0, err)
			},
			"Erasures":    func() error { n, _, err := s.Erasures(ctx, b.ID, 9); return same(n, 0, err) },
			"ErasedSince": func() error { erased, err := s.ErasedSince(ctx, b.ID, time.Time{}); return same(erased, false, err) },
			"Leave": func() error {
				return s.Leave(ctx, b.ID, store.Leftover{Kind: store.LeftoverDropped, Ref: "F1", Owner: "U1", Made: monday})
			},
			"Cleared":    func() error { return s.Cleared(ctx, store.Leftover{ID: a.leftover, Workspace: b.ID}) },
			"NotCleared": func() error { return s.NotCleared(ctx, store.Leftover{ID: a.leftover, Workspace: b.ID}, far) },
			"Droppers":   func() error { return none(s.Droppers(ctx, b.ID, []int64{a.lead.ID})) },
			// Somebody asks who has nothing.
			"First":            func() error { return none(s.First(ctx, nowhere.ID)) },
			"LastDigest":       func() error { return none(s.LastDigest(ctx, nowhere.ID)) },
			"HandedOver":       func() error { return none(s.HandedOver(ctx, nowhere.ID, "U1", 9)) },
			"DigestMessage":    func() error { return none(s.DigestMessage(ctx, nowhere.ID, "2026-W47")) },
			"AgreementVersion": func() error { return none(s.AgreementVersion(ctx, nowhere.ID, handoff.AgreementProfile, 1)) },
			"Agreements":       func() error { return none(s.Agreements(ctx, nowhere.ID, handoff.AgreementProfile, time.Time{}, far)) },
			"Draft": func() error {
				_, base, err := s.Draft(ctx, nowhere.ID, "U1")
				return errors.Join(refused(err), same(base, 0, nil))
			},
			"DropDraft": func() error { return s.DropDraft(ctx, nowhere.ID, "U1") },
			"SaveDraft": func() error {
				if err := s.SaveDraft(ctx, nowhere.ID, "U1", 9, handoff.Profile{}); err == nil {
					return errors.New("a draft of nobody's was kept")
				}
				_, base, err := s.Draft(ctx, b.ID, "U1")
				return same(base, 0, err)
			},
			"States": func() error {
				n, err := s.States(ctx, b.ID)
				return same(n, map[handoff.State]int{handoff.Open: 1, handoff.Accepted: 1}, err)
			},
			"HasCard":         func() error { return none(s.HasCard(ctx, b.ID)) },
			"PostedDigest":    func() error { return none(s.PostedDigest(ctx, b.ID)) },
			"Stuck":           func() error { m, _, _, err := s.Stuck(ctx, b.ID); return same(m.Workspace, b.ID, err) },
			"WorkspaceByID":   func() error { return none(s.WorkspaceByID(ctx, nowhere.ID)) },
			"WorkspaceByTeam": func() error { return none(s.WorkspaceByTeam(ctx, "")) },
			"ChangeSettings": func() error {
				_, err := s.ChangeSettings(ctx, nowhere.ID, "U1", monday, func(*handoff.Settings) error { return nil })
				return refused(err)
			},
			"SettingsAt": func() error { return none(s.SettingsAt(ctx, nowhere.ID, 1)) },
			"Member":     func() error { m, err := s.Member(ctx, b.ID, "U1"); return same(m.Locale, b.Name, err) },
			"Members": func() error {
				all, err := s.Members(ctx, b.ID, []string{"U1"})
				return same(all["U1"].Locale, b.Name, err)
			},
			"SaveMember": func() error { return s.SaveMember(ctx, b.ID, handoff.Member{User: "U1", Locale: b.Name}) },
			"Groups":     func() error { all, err := s.Groups(ctx, nowhere.ID); return same(len(all), 0, err) },
			"SaveGroup":  func() error { return s.SaveGroup(ctx, b.ID, store.UserGroup{ID: "S1", Members: []string{"U1"}}) },
			"ChangeGroup": func() error {
				return s.ChangeGroup(ctx, nowhere.ID, "S1", monday, func(g *store.UserGroup) { g.Members = nil })
			},
			"Question": func() error { return none(s.Question(ctx, b.ID, a.question.ID)) },
			"Ask": func() error {
				_, err := s.Ask(ctx, b.ID, a.lead.ID, "V2", func(handoff.Lead) (handoff.Question, error) { return handoff.Question{}, nil })
				return refused(err)
			},
			"Answer": func() error {
				_, err := s.Answer(ctx, b.ID, a.question.ID, func(q handoff.Question) (handoff.Question, error) { return q, nil })
				return refused(err)
			},
			"WaitingQuestions": func() error {
				qs, n, err := s.WaitingQuestions(ctx, b.ID, store.QuestionFilter{}, 9)
				return errors.Join(same(qs, []handoff.Question{b.question}, err), same(n, 1, nil))
			},
			"SaveWorkspace": func() error { return refused(s.SaveWorkspace(ctx, nowhere)) },
			"SetUp":         func() error { return refused(s.SetUp(ctx, nowhere, monday)) },
			// TestInstallations has real ones.
			"InstallationOf": func() error { return none(s.InstallationOf(ctx, b.ID)) },
			"Admit":          func() error { return none(s.Admit(ctx, "E1", "T9", b.Workspace, monday)) },
			"Revoke":         func() error { return s.Revoke(ctx, "", "T9", monday) },
			"Reopen":         func() error { return s.Reopen(ctx, "T9") },
			"SetReached":     func() error { return s.SetReached(ctx, nowhere.ID, false, monday) },
			"NewIntakeToken": func() error {
				token, err := s.NewIntakeToken(ctx, a.ID, "V1", "U1", monday)
				_, nobodys := s.NewIntakeToken(ctx, nowhere.ID, "V1", "U1", monday)
				of, err2 := s.WorkspaceByToken(ctx, token)
				return errors.Join(err, refused(nobodys), same(of.ID, a.ID, err2))
			},
			"HasIntakeToken":   func() error { has, err := s.HasIntakeToken(ctx, b.ID); return same(has, false, err) },
			"WorkspaceByToken": func() error { return none(s.WorkspaceByToken(ctx, "relevo_")) },
			"MoveChannel":      func() error { return refused(s.MoveChannel(ctx, nowhere.ID, "F1", "X")) },
			"AddLeads":         func() error { return none(s.AddLeads(ctx, nowhere, []handoff.Arrival{person(1)})) },
			"AddBatch": func() error {
				return none(s.AddBatch(ctx, nowhere, store.Batch{Arrivals: []handoff.Arrival{person(1)}}))
			},
			"AddHistory": func() error { return none(s.AddHistory(ctx, nowhere, []handoff.Arrival{person(1)})) },
		}
		maps.Copy(methods, outboxTenants(t, s, a, b, nowhere))
		for name, ask := range methods {
			if err := ask(); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		// These are about the whole store, or about a message that says whose it is.
		others := []string{"Close", "Ping", "Bulk", "Engine", "Version", "Changed", "DefaultWorkspace", "Workspaces", "ReturnDue", "Claim", "Posted",
			"Found", "SeenAt", "Updated", "Failed", "Gone", "Drop", "Divert", "DivertList", "Origins", "Follow", "Pending", "NextDue", "NewWorkspace", "Plans", "Pragmas", "PlainSum",
			"NudgeDue", "ClaimFetch", "FetchFailed", "FetchDropped", "RemindQuestions",
			"DueExercises", "Queues", "Outboxes", "Totals", "Size", "Pools", "Writable", "CheckSchema", "CloseCalibrations", "CheckSeals", "Reseal",
			"Secrets", "DueEndpoints", "ClaimDelivery", "ForgetGivenUp", "Delivered", "DeliveryFailed", "DeliveryEnded", "EndpointFailed", "EndpointWell",
			"Install", "Expiring", "ClaimRefresh", "Refreshed", "Unrefreshable", "UseState", "ClaimLeftover", "Scrub", "Backup", "Working"}
		for m := range reflect.TypeFor[*store.Store]().Methods() {
			if methods[m.Name] == nil && !slices.Contains(others, m.Name) {
				t.Errorf("%s is not tested to keep workspaces apart", m.Name)
			}
		}
		must(t, s.MoveChannel(ctx, b.ID, "F1", "F2"))
		digest := func(of tenant, part int) store.Message {
			t.Helper()
			m := claim(t, s, store.Post, monday)
			for m.Kind == store.KindProposal || m.Kind == store.KindExercise { // goes first
				must(t, s.Posted(ctx, m, "C1", fmt.Sprint(m.ID)))
				m = claim(t, s, store.Post, monday)
			}
			if want := map[int64]string{a.ID: "F1", b.ID: "F2"}[of.ID]; m.Workspace != of.ID || m.Part != part || m.Channel != want {
				t.Fatalf("claimed %+v, want part %d of workspace %d's digest in %s", m, part, of.ID, want)
			}
			return m
		}
		must(t, s.Posted(ctx, digest(a, 0), "F1", "1.1"))
		must(t, s.Failed(ctx, digest(b, 0), "channel_not_found", true, far))
		if m := digest(a, 1); m.ThreadTS != "1.1" { // whatever holds up the other's
			t.Errorf("it goes to the thread %q", m.ThreadTS)
		}
		if got := summary(t, s, a.Workspace); got != ofA {
			t.Errorf("what the other one did changed\n%s to\n%s", ofA, got)
		}
		if got := summary(t, s, b.Workspace); got != ofB {
			t.Errorf("being refused changed\n%s to\n%s", ofB, got)
		}
		_, err := s.Nudge(ctx, a.ID, monday.AddDate(0, 0, 1), nil, nil)
		must(t, err)
		list := claim(t, s, store.Post, monday.AddDate(0, 0, 1))
		listed, err := s.Listed(ctx, a.ID, list.Subject)
		must(t, same(len(listed), 1, err))
		must(t, none(s.Listed(ctx, b.ID, list.Subject)))
	})
}
