package bot

import "time"

// CheckSignature is checkSignature, for the tests from outside.
var CheckSignature = checkSignature

// SetTimes says how long the second connection waits for the first, and how long a loop is left alone.
func (s *SocketMode) SetTimes(stagger, pause time.Duration) { s.stagger, s.pause = stagger, pause }
