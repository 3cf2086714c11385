package bot

import (
	"context"
	"errors"
	"sync"

	"relevo/internal/request"
)

// What somebody asked for and takes longer than Slack waits for an answer: it is done beside the syncer, one after
// the other, once Slack has its acknowledgement.

// maxJobs is how many may wait. Whoever comes then is told to try again.
const maxJobs = 16

var errBusy = errors.New("too much to do already")

// jobs is what waits to be done, and what somebody has in hand at the moment.
type jobs struct {
	waiting chan func(context.Context)
	mu      sync.Mutex
	inHand  map[string]bool
}

func newJobs() *jobs {
	return &jobs{waiting: make(chan func(context.Context), maxJobs), inHand: map[string]bool{}}
}

// take takes something in hand, by its key; false when it is in hand already.
func (j *jobs) take(key string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.inHand[key] {
		return false
	}
	j.inHand[key] = true
	return true
}

func (j *jobs) release(key string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	delete(j.inHand, key)
}

// later has the syncer do something. It fails with errBusy.
func (j *jobs) later(do func(context.Context)) error {
	select {
	case j.waiting <- do:
		return nil
	default:
		return errBusy
	}
}

// doJobs does what waits until the context ends.
func (a *App) doJobs(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case do := <-a.jobs.waiting:
			ctx := request.Begin(ctx)
			if _, err := a.safely(ctx, func() (Answer, error) { do(ctx); return Answer{}, nil }); err != nil {
				a.Log.ErrorContext(ctx, "job", "error", err)
			}
		}
	}
}
