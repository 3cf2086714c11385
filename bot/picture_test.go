package bot

import (
	"bytes"
	"fmt"
	"image/png"
	"slices"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/text"
)

// Whatever the weeks were like, a picture of them is drawn, and what it shows is said.
func TestPictureOfWeeks(t *testing.T) {
	for _, tt := range []struct {
		name   string
		counts []handoff.Counts
	}{
		{"usual", trendOf(t, 12, func(i int) int { return 10 + i*7%5 })},
		{"nothing but one", trendOf(t, 2, func(i int) int { return i })},
		{"one week", trendOf(t, 1, func(int) int { return 3 })},
		{"a flood", trendOf(t, 12, func(i int) int { return 1 << (2 * i) })},
	} {
		for _, lang := range text.Languages() {
			trend, _ := weekTrend(texts(t).In(lang), handoff.Figures{Trend: tt.counts})
			content, err := trend.drawn()
			if err != nil {
				t.Fatalf("%s: %v", tt.name, err)
			}
			picture, err := png.DecodeConfig(bytes.NewReader(content))
			if err != nil || picture.Width != pictureWidth || picture.Height != pictureHeight || len(content) > 200_000 {
				t.Errorf("%s: %+v of %d bytes, %v", tt.name, picture, len(content), err)
			}
			for _, s := range trend.series {
				if said := s.name + ": " + strings.Join(s.shown, ", "); !strings.Contains(trend.alt(), said) {
					t.Errorf("%s: %q does not say %q", tt.name, trend.alt(), said)
				}
			}
		}
	}
}

// trendOf is some weeks of which one figure is known.
func trendOf(t *testing.T, weeks int, received func(int) int) (all []handoff.Counts) {
	w := emptyLedger(t).Week.Add(-weeks)
	for i := range weeks {
		all = append(all, handoff.Counts{Week: w.Add(i), Received: received(i), Accepted: received(i) / 2, Rejected: received(i) / 3})
	}
	return all
}

// Below a picture every other week is named, back from the last, and those in which something changed are marked.
func TestPictureNamesWeeks(t *testing.T) {
	few := trend{weeks: []string{"2 Nov", "9 Nov*"}}
	if got := few.named(); !slices.Equal(got, few.weeks) {
		t.Errorf("two weeks are called %q", got)
	}
	many := trend{weeks: []string{"5 Oct", "12 Oct*", "19 Oct*", "26 Oct", "2 Nov", "9 Nov", "16 Nov"}}
	if got, want := many.named(), []string{"5 Oct", "*", "19 Oct*", "", "2 Nov", "", "16 Nov"}; !slices.Equal(got, want) {
		t.Errorf("seven weeks are called %q, want %q", got, want)
	}
}

// An axis has room for what it shows, and few lines.
func TestScale(t *testing.T) {
	for most, want := range map[int]string{0: "1 by 1", 1: "1 by 1", 4: "4 by 1", 5: "6 by 2", 9: "10 by 5", 20: "20 by 5", 21: "30 by 10", 12_513: "15000 by 5000"} {
		top, step := scale(most)
		if got := fmt.Sprintf("%d by %d", top, step); got != want {
			t.Errorf("scale(%d) = %s, want %s", most, got, want)
		}
	}
}
