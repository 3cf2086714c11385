package bot

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"relevo/internal/text"
	"relevo/store"
	"relevo/store/storetest"
)

// BenchmarkPlan is what a round of the syncer takes to see that two hundred workspaces have nothing due.
func BenchmarkPlan(b *testing.B) {
	texts, err := text.Load()
	if err != nil {
		b.Fatal(err)
	}
	s := storetest.Open(b)
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	zones := []string{"Europe/Madrid", "America/New_York", "Asia/Tokyo", "UTC", "America/Mexico_City"}
	for i := range 200 {
		like := store.Workspace{Name: "Company", Language: "es", Zone: zones[i%len(zones)]}
		ws, err := s.Install(b.Context(), store.Installation{TeamID: fmt.Sprintf("T%08d", i), BotToken: "", At: now}, like)
		if err != nil {
			b.Fatal(err)
		}
		ws.LeadsChannel, ws.FeedbackChannel = "C1", "C2"
		if err := s.SetUp(b.Context(), ws, now); err != nil {
			b.Fatal(err)
		}
	}
	a := New(Config{Store: s, Texts: texts, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Zone: "UTC"})
	for b.Loop() {
		if err := a.planDigests(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := a.planCalibrations(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
