package bot_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"
	"time"

	"relevo/internal/slackfake"
)

// withoutCharts is a world in which Slack draws no charts and a digest of two weeks is about to come. Nobody is reminded
// of anything.
func withoutCharts(t *testing.T, faults ...slackfake.Fault) *world {
	w := newWorld(t, "http", "en")
	r := w.arrives(ana)
	w.card(r.Number)
	w.nextMonday("2026-W47")
	w.truth()
	w.nurtures(r.Number, w.fake.Now().AddDate(1, 0, 0))
	w.card(r.Number, "Not now")
	w.fault(slackfake.Fault{Kind: "no_charts"})
	for _, f := range faults {
		w.fault(f)
	}
	return w
}

// shownAs returns the block that stands for the chart in the newest of so many digests.
func (w *world) shownAs(digests int) slackfake.Object {
	w.t.Helper()
	all := w.digests()
	if len(all) != digests {
		w.t.Fatalf("%d digests, want %d\n%s", len(all), digests, w.fake.Transcript(slackfake.ChannelFeedback))
	}
	for _, b := range all[digests-1].Blocks {
		switch b["type"] {
		case "data_visualization", "image", "table":
			return b
		}
	}
	return nil
}

// A workspace without charts gets a picture, one a digest.
func TestPictureForAChart(t *testing.T) {
	t.Parallel()
	w := withoutCharts(t)
	w.nextMonday("2026-W48")
	w.truth()
	block := w.shownAs(2)
	file, _ := block["slack_file"].(slackfake.Object)
	id, _ := file["id"].(string)
	content := w.read(slackfake.FileRef{URL: w.fake.URL() + "/files/" + id + "/leads-2026-W48.png"})
	if _, err := png.Decode(bytes.NewReader([]byte(content))); err != nil {
		t.Errorf("%v is no picture: %v", block, err)
	}
	if alt := block["alt_text"]; alt != "Leads, week by week, 16 Nov – 23 Nov. Received: 1, 0. Accepted: 0, 0. Rejected: 0, 0." {
		t.Errorf("it is described as %q", alt)
	}
	w.stop()
	w.start() // does not know that charts are refused
	w.nextMonday("2026-W49")
	w.truth()
	if next := w.shownAs(3); next["type"] != "image" || w.fake.Calls("files.completeUploadExternal") != 2 {
		t.Errorf("the next one is %v, after %d uploads", next, w.fake.Calls("files.completeUploadExternal"))
	}
}

// Whatever goes wrong on the way to it, the digest comes once, with its picture.
func TestPictureComesOnce(t *testing.T) {
	for name, faults := range map[string][]slackfake.Fault{
		"no address":                  {{Method: "files.getUploadURLExternal", Kind: "rate_limited", RetryAfter: 30}},
		"half uploaded":               {{Method: "upload", Kind: "http_500"}},
		"uploaded, never heard of":    {{Method: "files.completeUploadExternal", Kind: "did_then_drop"}},
		"nobody knows if it is ready": {{Method: "files.info", Kind: "http_500", Times: 2}},
		"posted, never heard of":      {{Method: "chat.postMessage", Kind: "did_then_drop", After: 1}},
		"one after the other":         {{Method: "files.getUploadURLExternal", Kind: "drop"}, {Method: "files.completeUploadExternal", Kind: "drop"}, {Method: "files.info", Kind: "drop"}, {Method: "chat.postMessage", Kind: "drop", After: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withoutCharts(t, faults...)
			w.nextMonday("2026-W48")
			w.truth()
			if got := w.shownAs(2); got["type"] != "image" || w.fake.Faults() != 0 {
				t.Errorf("the digest has %v, %d faults left", got, w.fake.Faults())
			}
			if n := w.fake.Calls("files.completeUploadExternal"); faults[0].Method == "chat.postMessage" && n != 1 {
				t.Errorf("shown anew, it was uploaded %d times", n) // as it stood in Slack when it was found
			}
		})
	}
}

// A bot that is stopped once the picture is uploaded shows that picture when it is back.
func TestPictureSurvivesARestart(t *testing.T) {
	t.Parallel()
	w := withoutCharts(t)
	w.nextMonday("2026-W48")
	w.until("the picture is asked for", func() bool {
		w.fake.Advance(time.Second)
		return w.fake.Calls("files.info") > 0
	})
	w.stop()
	w.start()
	w.truth()
	if got := w.shownAs(2); got["type"] != "image" || w.fake.Calls("files.completeUploadExternal") != 1 {
		t.Errorf("the digest has %v, after %d uploads", got, w.fake.Calls("files.completeUploadExternal"))
	}
}

// Where Slack takes no picture either, a table shows the same.
func TestPictureRefused(t *testing.T) {
	for name, fault := range map[string]slackfake.Fault{
		"no uploads":     {Method: "files.getUploadURLExternal", Kind: "error:file_uploads_disabled"},
		"no picture":     {Method: "chat.postMessage", Kind: "error:invalid_blocks", Times: 2},
		"never ready":    {Method: "files.info", Kind: "http_500", Times: 20},
		"not to be seen": {Method: "files.info", Kind: "error:missing_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withoutCharts(t, fault)
			w.nextMonday("2026-W48")
			w.truth()
			if got := w.shownAs(2); got["type"] != "table" {
				t.Errorf("the digest has %v", got)
			}
			if said := w.digests()[1].Text; !strings.Contains(said, "Received: 1, 0") {
				t.Errorf("it says %q", said)
			}
		})
	}
}
