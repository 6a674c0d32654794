package locale

import (
	"fmt"
	"strings"
)

// Problem is one thing wrong with a phrase file.
type Problem struct {
	File string
	Line int // 0: the file as a whole
	Key  string
	Text string
}

// String returns the problem in one line: file, line, key, what is wrong.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	b.WriteString(": ")
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Text)
	return b.String()
}

// ProblemsError is everything wrong with the phrase files, by file and line.
type ProblemsError struct{ Problems []Problem }

// Error returns every problem, one a line.
func (e *ProblemsError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}
