package store_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"

	"relevo/handoff"
)

// BenchmarkTogether is what many callers at once have committed, beside what SQLite commits for one writer that does nothing
// else: the ratio of the two holds on any disk.
func BenchmarkTogether(b *testing.B) {
	b.Run("bare", func(b *testing.B) {
		d, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "bare.db")+"?_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_mutex=no")
		must(b, err)
		defer d.Close()
		d.SetMaxOpenConns(1)
		_, err = d.Exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)`)
		must(b, err)
		insert, err := d.Prepare(`INSERT INTO t (name) VALUES (?)`)
		must(b, err)
		for b.Loop() {
			_, err := insert.Exec("somebody who came")
			must(b, err)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "commits/s")
	})
	b.Run("intake", func(b *testing.B) {
		s, ws := filled(b, 1000)
		var n atomic.Int64
		b.SetParallelism(32)
		b.ResetTimer()
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if _, err := s.AddLeads(b.Context(), ws, []handoff.Arrival{person(int(n.Add(1)))}); err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "leads/s")
	})
	b.Run("decide", func(b *testing.B) {
		s, ws := filled(b, max(1000, b.N))
		var n atomic.Int64
		b.SetParallelism(32)
		b.ResetTimer()
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				id := n.Add(1)
				if _, _, err := s.Decide(b.Context(), ws.ID, id, fmt.Sprint("V", id), accept(ws, "U1", monday), ws.Rules()); err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
	})
}
