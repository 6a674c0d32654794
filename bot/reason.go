package bot

import "strings"

// The reasons why a due time is skipped, as the ledger keeps them; a post that Slack refused is kept with the reason of its
// SendError. %s is a moment at the schedule's place, or a name.
const (
	SkipWeekend   = "weekend"
	SkipHoliday   = "holiday"
	SkipMoved     = "holiday (moved to %s)"
	SkipCovered   = "missed, covered by %s"
	SkipLate      = "too late"
	SkipLateUntil = "too late (caught up until %s)"
	SkipUnknown   = "result unknown" // it was tried, and nobody can find out whether it is there
	SkipPaused    = "paused"
	SkipDeleted   = "deleted"
	SkipKind      = `no schedule is of kind "%s"`
)

// SplitReason returns which of the reasons a text of the ledger is, and what stands in it for %s. A text that is none of
// them, such as one of another version, is returned as it is.
func SplitReason(text string) (reason, detail string) {
	for _, form := range []string{SkipMoved, SkipCovered, SkipLateUntil, SkipKind} {
		before, after, _ := strings.Cut(form, "%s")
		if detail, ok := strings.CutPrefix(text, before); ok {
			if detail, ok = strings.CutSuffix(detail, after); ok {
				return form, detail
			}
		}
	}
	return text, ""
}
