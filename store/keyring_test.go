package store_test

import (
	"errors"
	"strings"
	"testing"

	"relevo/store"
	"relevo/store/storetest"
)

func ring(t *testing.T, keys ...string) store.Keyring {
	t.Helper()
	k, err := store.NewKeyring(strings.Join(keys, ", "))
	must(t, err)
	return k
}

// A sealed secret opens where it was sealed for, with a key that is in the ring, unchanged; and nowhere else.
func TestKeyring(t *testing.T) {
	old, present := store.NewSecretKey(), store.NewSecretKey()
	here := store.At("installations.bot_token", 7, "T1/")
	sealed, err := ring(t, old).Seal("xoxb-secret", here)
	must(t, err)
	if again, _ := ring(t, old).Seal("xoxb-secret", here); again == sealed || strings.Contains(sealed, "xoxb") {
		t.Errorf("sealed twice: %s, %s", sealed, again)
	}
	last := sealed[len(sealed)-1:]
	for _, tt := range []struct {
		name   string
		ring   store.Keyring
		sealed string
		at     store.Place
		want   error
	}{
		{"its key", ring(t, old), sealed, here, nil},
		{"behind the present key", ring(t, present, old), sealed, here, nil},
		{"another key", ring(t, present), sealed, here, store.ErrWrongKey},
		{"no key", store.Keyring{}, sealed, here, store.ErrNoKey},
		{"in another workspace", ring(t, old), sealed, store.At("installations.bot_token", 8, "T1/"), store.ErrBroken},
		{"in another column", ring(t, old), sealed, store.At("installations.refresh_token", 7, "T1/"), store.ErrBroken},
		{"in another row", ring(t, old), sealed, store.At("installations.bot_token", 7, "T2/"), store.ErrBroken},
		{"changed", ring(t, old), strings.TrimSuffix(sealed, last) + map[bool]string{true: "A", false: "w"}[last != "A"], here, store.ErrBroken},
		{"cut", ring(t, old), sealed[:20], here, store.ErrBroken},
		{"not sealed", ring(t, old), "xoxb-secret", here, store.ErrWrongKey},
	} {
		secret, err := tt.ring.Open(tt.sealed, tt.at)
		if !errors.Is(err, tt.want) || (secret == "xoxb-secret") != (tt.want == nil) {
			t.Errorf("%s: got %q, %v", tt.name, secret, err)
		}
	}
}

// What is no key is refused without being repeated.
func TestNewKeyring(t *testing.T) {
	for _, text := range []string{"hunter2", store.NewSecretKey() + ",hunter2", store.NewSecretKey() + ",", "aHVudGVyMg=="} {
		if _, err := store.NewKeyring(text); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: got %v", text, err)
		}
	}
	for _, text := range []string{"", " ", store.NewSecretKey(), strings.TrimRight(store.NewSecretKey(), "=")} {
		if k, err := store.NewKeyring(text); err != nil || k.Empty() != (len(text) < 2) {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

// After the keys were changed and everything is sealed anew, the old key is needed no more. A secret that no key opens
// leaves all of them as they are.
func TestReseal(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		ctx := t.Context()
		old, present := store.NewSecretKey(), store.NewSecretKey()
		s := storetest.OpenAt(t, dsn)
		workspace(t, s)
		put := func(team string, sealedWith store.Keyring) {
			sealed, err := sealedWith.Seal("xoxb-"+team, store.At("installations.bot_token", 1, team+"/"))
			must(t, err)
			_, err = store.Exec(ctx, s, `INSERT INTO installations (workspace_id, team_id, enterprise_id, bot_token, refresh_token, bot_user, scopes, installed_by, installed_at)
				VALUES (1, ?, '', ?, '', '', '', '', 0)`, team, sealed)
			must(t, err)
		}
		reopen := func(keys ...string) *store.Store {
			s, err := store.Open(ctx, dsn, store.WithKeyring(ring(t, keys...)))
			must(t, err)
			t.Cleanup(func() { s.Close() })
			return s
		}
		put("T1", ring(t, old))
		put("T2", ring(t, old))
		if _, err := reopen(present).CheckSeals(ctx); !errors.Is(err, store.ErrWrongKey) {
			t.Fatalf("with another key: %v", err)
		}
		if _, err := s.CheckSeals(ctx); !errors.Is(err, store.ErrNoKey) {
			t.Fatalf("without a key: %v", err)
		}
		both := reopen(present, old)
		n, err := both.CheckSeals(ctx)
		must(t, same(n, 2, err))
		put("T3", ring(t, store.NewSecretKey()))
		if n, err := both.Reseal(ctx); n != 0 && err == nil || !errors.Is(err, store.ErrWrongKey) {
			t.Fatalf("with a key that is lost: %d, %v", n, err)
		}
		_, err = store.Exec(ctx, s, `DELETE FROM installations WHERE team_id = 'T3'`)
		must(t, err)
		n, err = both.Reseal(ctx)
		must(t, same(n, 2, err))
		n, err = reopen(present).CheckSeals(ctx)
		must(t, same(n, 0, err))
	})
}
