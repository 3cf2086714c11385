package bot

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// Where Slack draws no chart, a picture of it is uploaded and shown in the digest's message. The upload is a step of its
// own: the file's id is stored with the message, which is sent once Slack can show the file. A file that is in no channel
// is seen by nobody, so one that a kill leaves behind does no harm.

// chartForm is how the chart of a digest is shown.
type chartForm int32

// From the best to what every workspace takes.
const (
	drawnBySlack chartForm = iota
	asPicture
	asTable
)

// How a picture is waited for.
const (
	pictureTries = 6           // failures in a row, a refused chart among them, after which a table has to do
	pictureWait  = time.Second // that Slack is given to look at a new file
)

// errPutOff says that a message can't be shown yet, and that its claim has ended with that.
var errPutOff = errors.New("bot: put off")

// picture returns the id of the file that shows the chart of a digest's message; empty when it has none, or Slack takes no
// picture of it. It fails with errPutOff until the file can be shown.
func (a *App) picture(ctx context.Context, ws store.Workspace, m store.Message, p *text.Printer, f handoff.Figures) (string, error) {
	t, ok := weekTrend(p, f)
	if !ok || m.Part != 0 || m.Failures > pictureTries {
		return "", nil
	}
	if m.PictureOf != t.fingerprint() {
		return "", a.uploadPicture(ctx, ws, m, t)
	}
	info, _, _, err := a.slack(ctx, ws).GetFileInfoContext(ctx, m.Picture, 0, 0)
	switch {
	case err != nil:
		return "", a.withoutPicture(ctx, m, err)
	case info.Mimetype == "": // it says so once it has looked at the file
		return "", cmp.Or(a.Store.Failed(ctx, m, "picture_not_ready", true, a.Now().Add(firstBackoff<<m.Failures)), errPutOff)
	}
	return m.Picture, nil
}

// uploadPicture draws the chart and uploads it, for nobody to see yet. It fails with errPutOff: the message is sent later.
func (a *App) uploadPicture(ctx context.Context, ws store.Workspace, m store.Message, t trend) error {
	content, err := t.drawn()
	if err != nil {
		a.Log.ErrorContext(ctx, "chart not drawn", "error", err)
		return nil
	}
	calls, cancel := context.WithTimeout(ctx, lease*2/3) // three within one claim
	defer cancel()
	file, err := a.slack(ctx, ws).UploadFileContext(calls, slack.UploadFileParameters{
		Filename: "leads-" + m.Week + ".png", Title: t.title, AltTxt: t.alt(), FileSize: len(content), Reader: bytes.NewReader(content),
	})
	if err != nil {
		return a.withoutPicture(ctx, m, err)
	}
	return cmp.Or(a.Store.Pictured(context.WithoutCancel(ctx), m, file.ID, t.fingerprint(), a.Now().Add(pictureWait)), errPutOff)
}

// withoutPicture sees to a message whose picture Slack did not take, or does not know: it is tried again when that may
// pass, and nil lets a table stand in for it.
func (a *App) withoutPicture(ctx context.Context, m store.Message, err error) error {
	o := judge(err).ofPicture()
	if o.transient() {
		return cmp.Or(a.putOff(ctx, m, err, o), errPutOff)
	}
	a.Log.WarnContext(ctx, "a table stands in for a picture", "message", m.ID, "problem", o.code)
	return nil
}

// picture is the block that shows a file instead of the chart.
func (t trend) picture(file string) slack.Block {
	return slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: file}, t.alt(), "", plain(t.title, maxHeader))
}

// alt says what the picture shows to those who do not see it.
func (t trend) alt() string {
	lines := []string{fmt.Sprintf("%s, %s – %s.", t.title, t.weeks[0], t.weeks[len(t.weeks)-1])}
	return cut(strings.Join(append(lines, t.said()[1:]...), " "), maxAlt)
}

// fingerprint is the same for charts that look the same.
func (t trend) fingerprint() string {
	sum := sha256.Sum256(fmt.Append(nil, t.title, t.weeks, t.series))
	return hex.EncodeToString(sum[:])
}
