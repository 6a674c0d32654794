package bot

import "time"

// Result is what a task brought to light. The zero value: nobody has said.
type Result struct {
	Rows       Number
	Rejected   Number
	Duplicates Number
	Note       string
	At         time.Time
}

// IsZero reports whether nobody has said anything.
func (r Result) IsZero() bool { return r.At.IsZero() }

// Lines says what the task brought to light: the numbers, then the note. There are none when nobody has said anything.
func (r Result) Lines() []Line {
	if r.IsZero() {
		return nil
	}
	var numbers, lines []Line
	for _, n := range []struct {
		key string
		Number
	}{{"result.counted_rows", r.Rows}, {"result.counted_rejected", r.Rejected}, {"result.counted_duplicates", r.Duplicates}} {
		if n.Given {
			numbers = append(numbers, Phrase(n.key, "count", n.Value))
		}
	}
	if len(numbers) > 0 {
		line := numbers[0]
		for _, next := range numbers[1:] {
			line = Phrase("result.and", "first", line, "second", next)
		}
		lines = append(lines, line)
	}
	if r.Note != "" {
		lines = append(lines, Phrase("result.noted", "note", r.Note))
	}
	return lines
}

// Number is a count that somebody may have left out. The zero value: they have.
type Number struct {
	Value int64
	Given bool
}

// Trend is a row of counts, the oldest first. It is shown as numbers, and in Slack also as bars.
type Trend []int64
