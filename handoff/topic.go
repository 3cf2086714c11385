package handoff

// Topic is what others are told of, outside of Slack.
type Topic string

// The topics. Their names are part of what is promised to whoever listens: they never change.
const (
	TopicReceived  Topic = "lead.received"  // a new lead
	TopicAccepted  Topic = "lead.accepted"  // sales said that it is an SQL
	TopicRejected  Topic = "lead.rejected"  // sales said that it is none
	TopicNurturing Topic = "lead.nurturing" // not now
	TopicRecycled  Topic = "lead.recycled"  // offered to sales once more, as its next round
	TopicReopened  Topic = "lead.reopened"  // a decision was taken back
	TopicErased    Topic = "lead.erased"    // the person withdrew
	TopicDigest    Topic = "digest.posted"  // the week's digest stands in Slack
)

// Topics lists every topic, in the order of a lead's life.
func Topics() []Topic {
	return []Topic{TopicReceived, TopicAccepted, TopicRejected, TopicNurturing, TopicRecycled, TopicReopened, TopicErased, TopicDigest}
}

// Topic returns what others are told when this happens to a lead; empty when they are not.
func (k EventKind) Topic() Topic {
	return map[EventKind]Topic{
		EventReceived: TopicReceived, EventAccepted: TopicAccepted, EventRejected: TopicRejected, EventNotNow: TopicNurturing,
		EventNewRound: TopicRecycled, EventReturned: TopicRecycled, EventRerouted: TopicRecycled,
		EventTakenBack: TopicReopened, EventErased: TopicErased,
	}[k]
}
