package handoff

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with an act. Each has its sentence for people in the catalogue.
var (
	ErrNotFound       = errors.New("not found")
	ErrAlreadyDecided = errors.New("already decided")
	ErrNotDecided     = errors.New("not decided")
	ErrRoundOver      = errors.New("this round is over")
	ErrThere          = errors.New("the lead is there already")
	ErrErased         = errors.New("the person withdrew and was erased")
	ErrNotEditor      = errors.New("only managers and admins edit reasons")
	ErrNotSigner      = errors.New("only a manager of one of the sides signs")
	ErrNotOpen        = errors.New("the proposal is in force or withdrawn")
	ErrOvertaken      = errors.New("another version came into force since this was proposed")
	ErrSigned         = errors.New("this side has signed, or the same person for the other")
	ErrNotStarter     = errors.New("only a manager of one of the sides, or an admin, starts an exercise")
	ErrNoSide         = errors.New("the person is on neither side")
	ErrRuns           = errors.New("an exercise runs already")
	ErrOver           = errors.New("answers are taken no longer")
	ErrOutsider       = errors.New("a person from outside the workspace may not act")
	ErrGuest          = errors.New("a guest of the workspace may not do this")
	ErrNotSales       = errors.New("only sales decides")
	ErrNotMarketing   = errors.New("only marketing answers")
	ErrMarketingsTurn = errors.New("only marketing answers reasons")
	ErrAnswered       = errors.New("the question was answered")
	ErrNotYours       = errors.New("only whoever decided and managers may take a decision back")
	ErrNotAdmin       = errors.New("only an admin may change this")
	ErrNotManager     = errors.New("only managers and admins see this")
	ErrUnsure         = errors.New("it is not known which roles the person has")
)

// AlreadyDecided is ErrAlreadyDecided with the decision that was first.
type AlreadyDecided struct{ First Decision }

func (e *AlreadyDecided) Error() string { return ErrAlreadyDecided.Error() }

// Is makes errors.Is(err, ErrAlreadyDecided) true.
func (e *AlreadyDecided) Is(target error) bool { return target == ErrAlreadyDecided }

// Problem is what is wrong with one field. The catalogue has its sentence under "problem.<problem>".
type Problem string

// What can be wrong with a field.
const (
	Missing      Problem = "missing"
	TooLong      Problem = "too_long"
	Unknown      Problem = "unknown"
	NotAnEmail   Problem = "not_an_email"
	NotAURL      Problem = "not_a_url"
	NotFuture    Problem = "not_future"
	TooFar       Problem = "too_far"
	Unchanged    Problem = "unchanged"     // the same as what is in force
	Contradicts  Problem = "contradicts"   // chosen for two things that exclude each other
	NeedsKey     Problem = "needs_key"     // none of e-mail, phone and external id
	NotText      Problem = "not_text"      // not a string
	NotMember    Problem = "not_member"    // nobody of the workspace
	NotKnown     Problem = "not_known"     // it is not known who that is
	ChangedSince Problem = "changed_since" // by somebody else, to Typed
	Retired      Problem = "retired"       // a reason that is no longer offered
	NotTheSame   Problem = "not_the_same"  // somebody else than the person shown

	Taken          Problem = "taken" // another reason is called so
	TooManyReasons Problem = "too_many_reasons"
	OutOfRange     Problem = "out_of_range" // not a whole number from 1 to Limit
	LaneFixed      Problem = "lane_fixed"   // a reason neither becomes one of timing nor stops being one
	LastInLane     Problem = "last_in_lane" // a lane needs a reason

	NotAfterStart Problem = "not_after_start" // a working day that ends too soon
	NotADay       Problem = "not_a_day"       // of a line: no day
	NotADue       Problem = "not_a_due"       // no time to decide in
	TooMany       Problem = "too_many"        // of a list
	NoSuch        Problem = "no_such"         // Typed is nothing that is known, such as a country
	OutOfOrder    Problem = "out_of_order"    // less than where it begins
	NoOwner       Problem = "no_owner"        // this person can't own leads
	NotThere      Problem = "not_there"       // a channel that the bot does not see
	NotPast       Problem = "not_past"
	TooLongAgo    Problem = "too_long_ago"
)

// FieldError says which field is wrong and how.
type FieldError struct {
	Field   string
	Problem Problem
	Limit   int    // of TooLong: how many characters are allowed; of TooMany: how many entries; of TooManyReasons and OutOfRange: the most
	Line    int    // in a text of several lines, from 1
	Typed   string // what stands there
}

func (e FieldError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Problem) }

// FieldErrors is everything that is wrong with an input, in the order of its fields.
type FieldErrors []FieldError

func (es FieldErrors) Error() string {
	all := make([]string, len(es))
	for i, e := range es {
		all[i] = e.Error()
	}
	return strings.Join(all, "; ")
}

// Err returns the list as an error, or nil when it is empty.
func (es FieldErrors) Err() error {
	if len(es) == 0 {
		return nil
	}
	return es
}
