package bot

import "time"

// Outcome says what became of a due time. Moments within it are shown in the zone.
func (o Occurrence) Outcome(zone *time.Location) Line {
	var line Line
	switch o.State {
	case Posted:
		line = Phrase("outcome.posted")
	case PostedLate:
		line = Phrase("outcome.late", "late", o.At.Sub(o.Due))
	case Skipped:
		line = Phrase("outcome.skipped", "reason", reasonLine(o.Reason, zone))
	default:
		line = Phrase("outcome.planned")
	}
	if o.Missed > 0 {
		line = Phrase("outcome.covers", "count", o.Missed, "outcome", line)
	}
	return line
}

// reasonKeys are the keys of the phrases for the reasons in the ledger.
var reasonKeys = map[string]string{
	SkipWeekend:       "reason.weekend",
	SkipHoliday:       "reason.holiday",
	SkipMoved:         "reason.moved",
	SkipPaused:        "reason.paused",
	SkipDeleted:       "reason.deleted",
	SkipCovered:       "reason.covered",
	SkipLate:          "reason.late",
	SkipLateUntil:     "reason.late_until",
	SkipUnknown:       "reason.unknown",
	SkipKind:          "reason.kind",
	ReasonUnknown:     "reason.unknown",
	ReasonRateLimited: "reason.rate_limited",
	ReasonUnavailable: "reason.unavailable",
	ReasonAuth:        "reason.auth",
	ReasonScope:       "reason.scope",
	ReasonChannel:     "reason.channel",
	ReasonRefused:     "reason.refused",
}

// reasonLine puts a reason of the ledger into words. One that is not known is shown as it is kept.
func reasonLine(text string, zone *time.Location) Line {
	form, detail := SplitReason(text)
	key := reasonKeys[form]
	switch {
	case key == "":
		return Typed(text)
	case detail == "":
		return Phrase(key)
	case form == SkipKind:
		return Phrase(key, "kind", detail)
	}
	return Phrase(key, "at", moment(detail, zone))
}

// moment reads a moment within a reason, so that everybody sees it in a zone of their own; as it is kept, when it cannot
// be read.
func moment(text string, zone *time.Location) any {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04 MST"} {
		if at, err := time.ParseInLocation(layout, text, zone); err == nil {
			return at
		}
	}
	return text
}
