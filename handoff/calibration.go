package handoff

import "time"

// Calibration is one masked lead a week that both sides judge, to see how far they judge alike.
type Calibration struct {
	ID        int64     `db:"id"`
	Workspace int64     `db:"workspace_id"`
	Week      string    `db:"week"`
	Lead      int64     `db:"lead_id"`
	Decision  int64     `db:"decision_id"`
	At        time.Time `db:"started_at"`
	Closes    time.Time `db:"closes_at"`
	Closed    time.Time `db:"closed_at"` // zero while it runs
}

// Running tells whether answers are taken.
func (c Calibration) Running(now time.Time) bool { return c.Closed.IsZero() && now.Before(c.Closes) }

// CalibrationAt is when the lead of a week is shown: Tuesday at 10:00, or the next day of the week on which people work, within their hours; false when
// nobody works from then on.
func CalibrationAt(w Week, h Hours) (time.Time, bool) {
	for day := 1; day < 7; day++ {
		start, end := h.span(w.Start().Add(12*time.Hour), day)
		if !end.After(start) {
			continue
		}
		y, m, d := start.Date()
		if ten := time.Date(y, m, d, 10, 0, 0, 0, h.Zone); ten.After(start) && ten.Before(end) {
			return ten, true
		}
		return start, true
	}
	return time.Time{}, false
}

// CalibrationCloses is when the answer is shown: after two days of work.
func CalibrationCloses(shown time.Time, h Hours) time.Time { return h.Add(shown, 2*(h.End-h.Start)) }
