package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"relevo/store"
)

// Slack has no key that makes a second post of the same message none. So a message whose post had no clear end is
// looked for before it is sent again, by the opaque key in its metadata.

// lookUp returns the ts of a message that an earlier try may have sent; empty when it did not. It reads no further
// back than a little before that first try. Others can write metadata too: only our own messages count.
func (a *App) lookUp(ctx context.Context, ws store.Workspace, channel string, m store.Message) (string, error) {
	oldest := fmt.Sprintf("%d.000000", m.DoubtSince.Add(-5*time.Minute).Unix())
	cursor := ""
	for {
		page, next, err := a.page(ctx, ws, channel, m.ThreadTS, oldest, cursor)
		if err != nil {
			return "", err
		}
		for _, msg := range page {
			if msg.User == ws.BotUser && keyed(msg, m.Key) {
				return msg.Timestamp, nil
			}
		}
		if next == "" {
			return "", nil
		}
		cursor = next
	}
}

// keyed tells whether a message carries our key: in its metadata, or, with a file, which can have none, as a block's id.
func keyed(msg slack.Message, key string) bool {
	return msg.Metadata.EventType == metadataType && msg.Metadata.EventPayload["key"] == key ||
		slices.ContainsFunc(msg.Blocks.BlockSet, func(b slack.Block) bool { return b.ID() == key })
}

func (a *App) page(ctx context.Context, ws store.Workspace, channel, thread, oldest, cursor string) ([]slack.Message, string, error) {
	const size = 200
	if thread != "" {
		msgs, _, next, err := a.slack(ctx, ws).GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: channel, Timestamp: thread, Oldest: oldest, Cursor: cursor, Limit: size, Inclusive: true, IncludeAllMetadata: true,
		})
		return msgs, next, err
	}
	h, err := a.slack(ctx, ws).GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: channel, Oldest: oldest, Cursor: cursor, Limit: size, Inclusive: true, IncludeAllMetadata: true,
	})
	if err != nil {
		return nil, "", err
	}
	return h.Messages, h.ResponseMetaData.NextCursor, nil
}
