package bot

import (
	"time"

	"relevo/handoff"
)

// ownReasons are those of a workspace that has renamed one at some time, retired one, and added two of its own.
func ownReasons(at time.Time) handoff.Reasons {
	rs := handoff.DefaultReasons()
	for i, r := range rs {
		switch r.Key {
		case "wrong-size":
			rs[i].Names = []handoff.Name{{Name: "Fewer than ten vans (or none)", Since: at}}
		case "wrong-role":
			rs[i].Retired = true
		}
	}
	return append(rs,
		handoff.Reason{Key: "no-fleet", Lane: handoff.LaneProfile, FollowUp: handoff.Close, Names: []handoff.Name{{Name: "<No> *fleet*"}}},
		handoff.Reason{Key: "next-season", Lane: handoff.LaneTiming, FollowUp: handoff.Recycle, Days: 200, Names: []handoff.Name{{Name: "Next season"}}})
}
