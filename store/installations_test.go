package store_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// keeping runs the test on both engines, on a store that keeps secrets.
func keeping(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	eachDSN(t, func(t *testing.T, dsn string) {
		s, err := store.Open(t.Context(), dsn, store.WithKeyring(ring(t, store.NewSecretKey())))
		must(t, err)
		t.Cleanup(func() { s.Close() })
		test(t, s)
	})
}

var newcomer = store.Workspace{Name: "Norte", Language: "es", Zone: "Europe/Madrid"}

func installation(team string) store.Installation {
	return store.Installation{TeamID: team, BotToken: "xoxb-" + team, RefreshToken: "xoxe-" + team, Expires: monday.Add(12 * time.Hour), BotUser: "UBOT", By: "U1", At: monday}
}

func install(t *testing.T, s *store.Store, i store.Installation) store.Workspace {
	t.Helper()
	w, err := s.Install(t.Context(), i, newcomer)
	must(t, err)
	return w
}

// A workspace is installed, greeted, set up, uninstalled and installed again: it stays the same one, its secrets are its own and
// never lie open, and its messages wait while it can't be reached.
func TestInstallations(t *testing.T) {
	keeping(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		a, b := install(t, s, installation("T1")), install(t, s, installation("T2"))
		if a.ID == b.ID || !a.Unready || a.Language != "es" || a.Name != "Norte" {
			t.Fatalf("installed %+v and %+v", a, b)
		}
		for _, w := range []store.Workspace{a, b} {
			i, err := s.InstallationOf(ctx, w.ID)
			must(t, same(i.BotToken+i.RefreshToken, "xoxb-"+w.TeamID+"xoxe-"+w.TeamID, err))
		}
		n, err := store.Exec(ctx, s, `UPDATE installations SET id = id WHERE bot_token LIKE '%xox%' OR refresh_token LIKE '%xox%'`)
		must(t, same(n, 0, err))
		n, err = store.Exec(ctx, s, `UPDATE installations SET bot_token = (SELECT bot_token FROM installations WHERE team_id = 'T2') WHERE team_id = 'T1'`)
		must(t, same(n, 1, err))
		if _, err := s.InstallationOf(ctx, a.ID); !errors.Is(err, store.ErrBroken) {
			t.Fatalf("with the other's token: %v", err)
		}
		install(t, s, installation("T1"))

		// It waits to be set up; only whoever installed it is written to.
		add(t, s, a, person(1))
		hello := claim(t, s, store.Post, monday)
		must(t, same(string(hello.Kind)+hello.Target, "welcomeU1", nil))
		must(t, s.Posted(ctx, hello, "D1", "1.1"))
		must(t, none(s.Claim(ctx, store.Post, "p", monday, time.Minute, b.ID)))
		a.LeadsChannel, a.FeedbackChannel = "C1", "C1"
		must(t, s.SetUp(ctx, a, monday))
		must(t, none(s.Claim(ctx, store.Post, "p", monday, time.Minute, a.ID, b.ID)))

		// Slack takes it away. An event from before the newest installation changes nothing.
		must(t, s.Revoke(ctx, "", "T1", monday.Add(-time.Second)))
		_, err = s.InstallationOf(ctx, a.ID)
		must(t, err)
		must(t, s.Revoke(ctx, "", "T1", monday.Add(time.Hour)))
		must(t, none(s.InstallationOf(ctx, a.ID)))
		must(t, none(s.Claim(ctx, store.Post, "p", monday, time.Minute, b.ID)))
		again := installation("T1")
		again.At, again.BotToken = monday.Add(2*time.Hour), "xoxb-again"
		back := install(t, s, again)
		if back.ID != a.ID || back.Unready || back.Closed || back.LeadsChannel != "C1" {
			t.Fatalf("installed again: %+v", back)
		}
		i, err := s.InstallationOf(ctx, a.ID)
		must(t, same(i.BotToken, "xoxb-again", err))
		kinds := map[store.Kind]bool{}
		for range 2 {
			m, err := s.Claim(ctx, store.Post, "p", monday, time.Minute, b.ID)
			must(t, err)
			kinds[m.Kind] = true
		}
		must(t, same(kinds, map[store.Kind]bool{store.KindCard: true, store.KindWelcome: true}, nil))
	})
}

// Without a key nothing is stored.
func TestInstallWithoutKey(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		if _, err := s.Install(t.Context(), installation("T1"), newcomer); !errors.Is(err, store.ErrNoKey) {
			t.Fatal(err)
		}
		must(t, none(s.WorkspaceByTeam(t.Context(), "T1")))
	})
}

// An organisation's teams get their workspaces when they are heard of, share its token, and go one by one or all together; a team
// that is installed by itself too has its own token, and stays.
func TestOrganisation(t *testing.T) {
	keeping(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		must(t, none(s.Admit(ctx, "E1", "T1", newcomer, monday)))
		org := installation("")
		org.EnterpriseID, org.BotToken = "E1", "xoxb-org"
		install(t, s, org)
		admit := func(team string) store.Workspace {
			w, err := s.Admit(ctx, "E1", team, newcomer, monday)
			must(t, err)
			return w
		}
		one, two := admit("T1"), admit("T2")
		must(t, same(admit("T1").ID, one.ID, nil))
		own := installation("T2")
		own.EnterpriseID = "E1"
		install(t, s, own)
		token := func(w store.Workspace) string {
			i, err := s.InstallationOf(ctx, w.ID)
			if errors.Is(err, handoff.ErrNotFound) {
				return ""
			}
			must(t, err)
			return i.BotToken
		}
		must(t, same(token(one)+" "+token(two), "xoxb-org xoxb-T2", nil))
		must(t, s.Revoke(ctx, "E1", "T1", monday)) // its access
		must(t, same(token(one), "", nil))
		must(t, s.Reopen(ctx, "T1"))
		must(t, same(token(one), "xoxb-org", nil))
		must(t, s.Revoke(ctx, "E1", "", monday))
		must(t, same(token(one)+" "+token(two), " xoxb-T2", nil))
		must(t, none(s.Admit(ctx, "E1", "T3", newcomer, monday)))
		must(t, s.Reopen(ctx, "T1"))
		must(t, same(token(one), "", nil))
	})
}

// Of many that want to renew a token, one does, and everybody reads what it got. Who dies is followed by another; what an
// installation had before it was installed anew is not written over the new.
func TestRefresh(t *testing.T) {
	keeping(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		w := install(t, s, installation("T1"))
		must(t, none(s.Expiring(ctx, monday.Add(11*time.Hour), monday, 9)))
		due, err := s.Expiring(ctx, monday.Add(13*time.Hour), monday, 9)
		must(t, same(len(due), 1, err))
		var won atomic.Int32
		var g sync.WaitGroup
		for _, by := range []string{"a", "b", "c", "d"} {
			g.Go(func() {
				if _, err := s.ClaimRefresh(context.WithoutCancel(ctx), due[0], by, monday, time.Minute); err == nil {
					won.Add(1)
				}
			})
		}
		g.Wait()
		must(t, same(won.Load(), 1, nil))
		later := monday.Add(2 * time.Minute) // whoever it was has died
		held, err := s.ClaimRefresh(ctx, due[0], "e", later, time.Minute)
		must(t, same(held.RefreshToken, "xoxe-T1", err))
		anew := store.Installation{BotToken: "xoxb-2", RefreshToken: "xoxe-2", Expires: monday.Add(24 * time.Hour)}
		must(t, s.Refreshed(ctx, held, anew))
		i, err := s.InstallationOf(ctx, w.ID)
		must(t, same(i.BotToken+i.RefreshToken, "xoxb-2xoxe-2", err))
		must(t, none(s.ClaimRefresh(ctx, due[0], "f", later, time.Minute))) // it was done

		held, err = s.ClaimRefresh(ctx, i, "e", later, time.Minute)
		must(t, err)
		again := installation("T1")
		again.At, again.BotToken = later, "xoxb-again"
		install(t, s, again)
		must(t, s.Refreshed(ctx, held, anew))
		must(t, s.Unrefreshable(ctx, held, "e"))
		i, err = s.InstallationOf(ctx, w.ID)
		must(t, same(i.BotToken+i.RefreshToken, "xoxb-againxoxe-T1", err))

		held, err = s.ClaimRefresh(ctx, i, "e", later, time.Minute)
		must(t, err)
		must(t, s.Unrefreshable(ctx, held, "e"))
		must(t, none(s.Expiring(ctx, monday.Add(13*time.Hour), later.Add(time.Hour), 9)))
		i, err = s.InstallationOf(ctx, w.ID)
		must(t, same(i.BotToken, "xoxb-again", err))
	})
}

// A workspace has one token at a time, made once for each request, and only its hash is kept.
func TestIntakeToken(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := workspace(t, s)
		first, err := s.NewIntakeToken(ctx, ws.ID, "V1", "U1", monday)
		must(t, err)
		must(t, none(s.NewIntakeToken(ctx, ws.ID, "V1", "U1", monday)))
		of, err := s.WorkspaceByToken(ctx, first)
		must(t, same(of.ID, ws.ID, err))
		second, err := s.NewIntakeToken(ctx, ws.ID, "V2", "U1", monday)
		must(t, err)
		must(t, none(s.WorkspaceByToken(ctx, first)))
		of, err = s.WorkspaceByToken(ctx, second)
		must(t, same(of.ID, ws.ID, err))
		n, err := store.Exec(ctx, s, `UPDATE intake_tokens SET key = key WHERE hash = ?`, second)
		must(t, same(n, 0, err))
	})
}

// A state is used once, by whichever process, and forgotten when it is too old.
func TestUseState(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		for i, s := range []*store.Store{storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)} {
			fresh, err := s.UseState(t.Context(), "state", monday.Add(time.Minute), monday)
			must(t, same(fresh, i == 0, err))
		}
		s := storetest.OpenAt(t, dsn)
		_, err := s.UseState(t.Context(), "other", monday.Add(time.Hour), monday.Add(2*time.Minute))
		must(t, err)
		n, err := store.Exec(t.Context(), s, `DELETE FROM used_states`)
		must(t, same(n, 1, err))
	})
}
