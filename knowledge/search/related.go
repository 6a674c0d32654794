package search

import (
	"cmp"
	"slices"
	"strings"

	"campaignbot/knowledge"
)

// related finds the entries that are no suspects of a symptom: runbooks, short cards, defects, conflicts. What they are
// called and the phrases they list say whether a question is about them; they have no part in the ranking of the suspects.
type related struct {
	entries []*knowledge.Entry
	phrases *symptoms
	named   map[string]int // a name that is no everyday word, folded, and its entry
}

// Like is an entry with how like the question is to what the entry lists, 0 to 1.
type Like struct {
	Entry    *knowledge.Entry
	Likeness float64
}

const (
	leastLike = 0.45 // to be worth a mention
	namedLike = 0.9  // of an entry that is named
	briefLike = 0.9  // share of a short card, when what to do says it as well
	mostLike  = 5    // entries mentioned
)

// everyday are the names of modules that are words of any conversation: named only as a process or behind nlserver.
var everyday = []string{
	"start", "stop", "restart", "shutdown", "job", "sql", "package", "merge", "config", "monitor", "archiving", "repair", "cleanup", "billing",
	"javascript", "sms",
}

func newRelated(library *knowledge.Library) *related {
	r := &related{named: map[string]int{}}
	for _, e := range library.Entries() {
		if suspect(e) || e.Kind == knowledge.KindError || e.Kind == knowledge.KindCheck {
			continue
		}
		number := len(r.entries)
		r.entries = append(r.entries, e)
		id := fold(e.ID)
		r.named[id+"@"] = number
		if !slices.Contains(everyday, id) {
			r.named[id] = number
		}
	}
	return r
}

// find returns the entries the question is like, the likest first.
func (r *related) find(s *scratch, tokens []token) []Like {
	clear(s.relatedBest)
	r.phrases.compare(s.relatedBest, s.relatedDot, s.numbers)
	for i, e := range r.entries {
		if e.Brief {
			s.relatedBest[i] *= briefLike
		}
	}
	for i, t := range tokens {
		number, ok := r.named[t.text]
		if !ok && i > 0 && tokens[i-1].text == "nlserver" {
			number, ok = r.named[t.text+"@"]
		}
		if ok {
			s.relatedBest[number] = max(s.relatedBest[number], namedLike)
		}
	}
	var list []Like
	for i, likeness := range s.relatedBest {
		if likeness >= leastLike {
			list = append(list, Like{r.entries[i], likeness})
		}
	}
	slices.SortStableFunc(list, func(a, b Like) int {
		return cmp.Or(cmp.Compare(b.Likeness, a.Likeness), strings.Compare(a.Entry.ID, b.Entry.ID))
	})
	return list[:min(len(list), mostLike)]
}

// What an entry that the question is like says about the modules it is about.
const (
	voteFirst = 2.4
	voteNext  = 1.2
)

// vote lets the likest entry speak for the modules it is about.
func (s *scratch) vote() {
	clear(s.voted)
	if len(s.related) == 0 {
		return
	}
	likest := s.related[0]
	for i, e := range s.x.entries {
		weight := voteNext
		switch slices.Index(likest.Entry.About, e.ID) {
		case -1:
			continue
		case 0:
			weight = voteFirst
		}
		s.voted[i] = weight * likest.Likeness * likest.Likeness
	}
}
