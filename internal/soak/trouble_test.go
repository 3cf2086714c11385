package soak

import (
	"math/rand/v2"
	"time"

	"relevo/internal/slackfake"
)

// A trouble is one way in which things go wrong.
type trouble struct {
	name   string
	strike func(random *rand.Rand) // and mends it again, unless that is left to mend
}

// troubles are all that can happen in a city. What stands there twice happens more often.
func troubles(c *city) []trouble {
	slack := trouble{"Slack errs", c.slackErrs}
	kill := trouble{"kill", c.killOne}
	all := []trouble{slack, slack, slack, kill, kill, {"stop", c.stopOne}, {"time passes", c.timePasses}, {"time passes", c.timePasses}, {"Slack is down", c.slackIsDown}}
	if c.setup.socket {
		all = append(all, trouble{"disconnect", c.disconnect}, trouble{"link disabled", c.disableLink})
	}
	if c.wire != nil {
		all = append(all, trouble{"database away", c.databaseAway})
	}
	if c.disk != nil && c.disk.mounted {
		all = append(all, trouble{"disk full", c.diskFull})
	}
	return all
}

func (c *city) fault(f slackfake.Fault) {
	if err := c.fake.Fault(f); err != nil {
		c.t.Error(err)
	}
}

// slackErrs makes some calls go wrong in one of the ways that Slack's calls do.
func (c *city) slackErrs(random *rand.Rand) {
	kinds := []string{"rate_limited", "http_500", "internal_error", "slow", "did_then_drop", "drop", "deliver_twice", "error:fatal_error", "error:service_unavailable"}
	methods := []string{"", "chat.postMessage", "chat.update", "conversations.history", "views.open", "users.info", "response_url", "views.publish", "auth.test"}
	c.fault(slackfake.Fault{
		Kind: kinds[random.IntN(len(kinds))], Method: methods[random.IntN(len(methods))], Times: 1 + random.IntN(4), After: random.IntN(3),
		RetryAfter: 1 + random.IntN(40), DelayMS: random.IntN(1500),
	})
	c.lasts(random, 300*time.Millisecond)
}

// lasts waits for up to so long, in real time: it is how long a trouble lasts.
func (c *city) lasts(random *rand.Rand, atMost time.Duration) {
	timer := time.NewTimer(time.Duration(random.Int64N(int64(atMost))))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.t.Context().Done():
	}
}

func (c *city) killOne(random *rand.Rand) {
	c.replicas[random.IntN(len(c.replicas))].kill()
	c.lasts(random, time.Second)
}

// stopOne is a restart in good order, after which nothing may be left behind.
func (c *city) stopOne(random *rand.Rand) {
	r := c.replicas[random.IntN(len(c.replicas))]
	r.stop()
	c.lasts(random, time.Second)
	r.start()
}

// timePasses moves the clock, by minutes or by days.
func (c *city) timePasses(random *rand.Rand) {
	most := []time.Duration{time.Minute, time.Hour, 30 * time.Hour, 6 * 24 * time.Hour}[random.IntN(4)]
	c.advance(time.Duration(random.Int64N(int64(most))))
}

func (c *city) slackIsDown(random *rand.Rand) {
	c.fault(slackfake.Fault{Kind: "down"})
	c.lasts(random, 2*time.Second)
	c.fault(slackfake.Fault{Kind: "up"})
}

func (c *city) disconnect(random *rand.Rand) {
	c.fault(slackfake.Fault{Kind: "disconnect", Reason: []string{"warning", "refresh_requested", "mid_flight"}[random.IntN(3)]})
	c.lasts(random, 300*time.Millisecond)
}

// disableLink is an admin who switches Socket Mode off and on again.
func (c *city) disableLink(random *rand.Rand) {
	c.fault(slackfake.Fault{Kind: "link_disabled"})
	c.lasts(random, time.Second)
	c.fault(slackfake.Fault{Kind: "up"})
}

func (c *city) databaseAway(random *rand.Rand) {
	c.wire.sever()
	c.lasts(random, 2*time.Second)
	c.wire.restore()
}

func (c *city) diskFull(random *rand.Rand) {
	if !c.disk.fill() {
		c.t.Error("the disk can't be filled")
	}
	c.lasts(random, 2*time.Second)
	c.disk.clear()
}
