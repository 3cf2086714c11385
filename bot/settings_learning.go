package bot

import (
	"context"
	"slices"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The form of how the workspace goes about its profile: the quarterly reminder of the exercise, and the calibration.

const (
	viewLearning  = "settings_learning"
	blockLearning = "learning"
)

func sayLearning(p *text.Printer, ws store.Workspace) [][]span {
	l := ws.Settings.Learning
	on := func(key string, is bool) []span {
		if is {
			return []span{words(p.T(key + ".on"))}
		}
		return []span{words(p.T(key + ".off"))}
	}
	return [][]span{on("settings.learning.reminder", !l.Unreminded), on("settings.learning.calibration", l.Calibration)}
}

func (a *App) openLearning(ctx context.Context, c click) error {
	return a.show(ctx, c, learningView(c.P, c.Workspace))
}

func learningView(p *text.Printer, ws store.Workspace) slack.ModalViewRequest {
	l := ws.Settings.Learning
	v := modal(p, viewLearning, p.T("settings.learning"), p.T("settings.save"), nil)
	boxes := slack.NewCheckboxGroupsBlockElement(actValue)
	for _, c := range []struct {
		key string
		is  bool
	}{{"reminder", !l.Unreminded}, {"calibration", l.Calibration}} {
		o := option(c.key, p.T("settings.learning."+c.key))
		o.Description = plain(p.T("settings.learning."+c.key+".hint"), maxOption)
		boxes.Options = append(boxes.Options, o)
		if c.is {
			boxes.InitialOptions = append(boxes.InitialOptions, o)
		}
	}
	v.Blocks.BlockSet = []slack.Block{input(blockLearning, p.T("settings.learning.label"), "", true, boxes)}
	return v
}

func (a *App) submitLearning(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	on := fields(s.View, blockLearning)
	return a.changeSettings(ctx, s, func(set *handoff.Settings) error {
		was := set.Learning
		set.Learning = handoff.Learning{Unreminded: !slices.Contains(on, "reminder"), Calibration: slices.Contains(on, "calibration")}
		switch {
		case set.Learning.Calibration && was.Calibration:
			set.Learning.Since = was.Since
		case set.Learning.Calibration:
			set.Learning.Since = a.Now().UTC()
		}
		return nil
	})
}
