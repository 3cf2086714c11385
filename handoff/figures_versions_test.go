package handoff

import (
	"reflect"
	"testing"
	"time"
)

// What is in force at the week's end is shown, and what changed within the weeks that are compared is marked.
func TestVersions(t *testing.T) {
	at := func(weeks int) time.Time { return week47().Add(weeks).Start().Add(30 * time.Hour) }
	l := ledger(9, []Tally{received(9)}, nil)
	if v := l.Figures().Versions; v.Definitions != (InForce{Kind: AgreementDefinitions}) || v.Profile != (InForce{Kind: AgreementProfile}) || v.Trend != nil {
		t.Errorf("nothing was signed: %+v", v)
	}
	old, before, now := InForce{AgreementDefinitions, 1, at(-30)}, InForce{AgreementDefinitions, 2, at(-10)}, InForce{AgreementDefinitions, 3, at(-3)}
	profile := InForce{AgreementProfile, 1, at(0)}
	for _, in := range []InForce{old, before, now, profile} {
		l.Agreed = append(l.Agreed, Agreement{Kind: in.Kind, Version: in.Version, InForce: in.Since})
	}
	f := l.Figures()
	if v := f.Versions; v.Definitions != now || v.Profile != profile || !reflect.DeepEqual(v.Trend, []InForce{before, now, profile}) {
		t.Errorf("got %+v", v)
	}
	if got := f.Versions.In(week47().Add(-3)); !reflect.DeepEqual(got, []InForce{now}) {
		t.Errorf("three weeks ago came %+v", got)
	}
	if got := f.Versions.In(week47().Add(-4)); got != nil {
		t.Errorf("four weeks ago came %+v", got)
	}
	if got := f.Between(); !reflect.DeepEqual(got, []InForce{now, profile}) {
		t.Errorf("compared over %+v", got)
	}
	l = ledger(1, nil, []Tally{received(9)})
	l.Agreed = []Agreement{{Kind: AgreementProfile, Version: 1, InForce: at(0)}}
	if got := l.Figures().Between(); got != nil {
		t.Errorf("a first week is compared over %+v", got)
	}
}
